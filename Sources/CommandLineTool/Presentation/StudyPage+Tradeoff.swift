import Reporting
import Studies

extension StudyPage {
    /// The page of a trade-off.
    init(_ result: TradeoffStudy.Result) {
        let points = result.arms.compactMap { arm in
            arm.score.map {
                ScatterDrawing.Point(
                    arm.name, x: Double(arm.parameters), y: $0.mean, error: $0.standardError, isMarked: arm.isOnFront)
            }
        }
        let models = result.arms.map { arm in
            [arm.name, "\(arm.parameters)"] + Self.pair(arm.score) + Self.pair(arm.trainingSeconds)
                + Self.pair(arm.inferenceMilliseconds) + [arm.isOnFront ? "yes" : ""]
        }
        let names = Set(result.arms.flatMap(\.tasks.keys)).sorted()
        let floors = ["ridge floor"] + names.map { number(result.floors[$0]?.ridge) }
        let tasks = result.arms.map { arm in
            [arm.name]
                + names.map { name in
                    let error = arm.tasks[name]?.standardError.map { " ± \(number($0))" } ?? ""
                    return (arm.belowFloor.contains(name) ? "! " : "") + number(arm.tasks[name]?.mean) + error
                }
        }
        let headings = names.map { name in
            result.floors[name].map { "\(name), \($0.metric.rawValue)" } ?? name
        }
        self.init(
            title: "\(result.suite): trade-off", question: "Which model scores most for its size and time?",
            conditions: Self.conditions(
                result.split, seeds: result.arms.first?.score?.values.count ?? 0,
                "All models have the same data, encodings, recipe and metrics."),
            sections: [
                Section(
                    "Score against size",
                    text:
                        "Orange models are on the Pareto front: no other has both a higher mean score and fewer parameters.",
                    drawing: ScatterDrawing(points, xLabel: "trainable parameters", yLabel: "suite score").drawing,
                    header: [
                        "model", "parameters", "score", "±", "training s", "±", "inference ms", "±", "on the front",
                    ], rows: models),
                Section(
                    "Tasks",
                    text:
                        "The floor is a ridge regression on simple statistics. An exclamation mark tells that a model misses "
                        + "the floor although a HighMMT model reaches it, so that it is not a fair peer yet.",
                    header: ["model"] + headings, rows: [floors] + tasks),
            ])
    }
}
