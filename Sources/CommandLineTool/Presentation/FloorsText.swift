import Studies

/// Floors of tasks for people.
struct FloorsText {
    private let floors: [FloorStudy.Floor]

    init(_ floors: [FloorStudy.Floor]) { self.floors = floors }

    var text: String {
        var table = TextTable(header: ["task", "metric", "floor", "chance", "validation", "features"])
        for floor in floors {
            for metric in floor.test.keys.sorted() {
                let isChosen = metric == floor.metric.rawValue
                table.add([
                    floor.task, metric, number(floor.test[metric]), number(floor.chance[metric]),
                    isChosen ? number(floor.validation) : "", isChosen ? "\(floor.features)" : "",
                ])
            }
        }
        return table.text
    }
}
