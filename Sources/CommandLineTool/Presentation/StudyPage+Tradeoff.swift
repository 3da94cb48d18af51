import Reporting
import Studies

extension StudyPage {
    /// The page of a trade-off.
    init(_ result: TradeoffStudy.Result) {
        /// Returns the scores over a cost. Models that no other beats in both stand out.
        func scores(over label: String, _ cost: (TradeoffStudy.Result.Arm) -> Double?) -> Drawing? {
            let points = result.arms.compactMap { arm -> ScatterDrawing.Point? in
                guard let score = arm.score, let price = cost(arm) else { return nil }
                return ScatterDrawing.Point(
                    arm.name, x: price, y: score.mean, error: score.standardError,
                    isMarked: result.isOnFront(arm, cost: cost))
            }
            return ScatterDrawing(points, xLabel: label, yLabel: "suite score").drawing
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
                    drawing: scores(over: "trainable parameters") { Double($0.parameters) },
                    header: [
                        "model", "parameters", "score", "±", "training s", "±", "inference ms", "±", "on the front",
                    ], rows: models),
                Section(
                    "Score against time of training",
                    text: "All epochs on the machine of the study. Orange: no other model scores more in less time.",
                    drawing: scores(over: "training, s") { $0.trainingSeconds?.mean }),
                Section(
                    "Score against time of inference",
                    text:
                        "A sample of each task, averaged over tasks. Orange: no other model scores more in less time.",
                    drawing: scores(over: "inference, ms per sample") { $0.inferenceMilliseconds?.mean }),
                Section(
                    "Tasks",
                    text:
                        "The floor is a ridge regression on simple statistics. An exclamation mark tells that a model misses "
                        + "the floor although a HighMMT model reaches it, so that it is not a fair peer yet.",
                    header: ["model"] + headings, rows: [floors] + tasks),
            ])
    }
}
