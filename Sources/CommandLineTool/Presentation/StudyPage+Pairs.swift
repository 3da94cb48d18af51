import Reporting
import Studies

extension StudyPage {
    /// The page of a study of pairs.
    init(_ result: PairStudy.Result) {
        let seeds = result.arms.first?.score.values.count ?? 0
        let points = result.arms.compactMap { arm in
            arm.inferenceMilliseconds.map { time in
                ScatterDrawing.Point(
                    "\(arm.choice?.rawValue ?? "all") \(arm.pairs)", x: time.mean, y: arm.score.mean,
                    error: arm.score.standardError, isMarked: arm.choice == .gain || arm.choice == .heterogeneity)
            }
        }
        let rows = result.arms.map { arm in
            [arm.choice?.rawValue ?? "all", "\(arm.pairs)"] + Self.pair(arm.score) + Self.test(arm.ahead)
                + Self.test(arm.change) + [number(arm.inferenceMilliseconds?.mean)]
        }
        self.init(
            title: "\(result.suite): pairs", question: "Which pairs of streams are worth the time of their fusion?",
            conditions: Self.conditions(
                result.split, seeds: seeds, "\(result.draws) random choices of each seed, \(result.pairs) pairs in all."
            ),
            sections: [
                Section(
                    "Score against time",
                    text:
                        "Orange models fuse the pairs that measurements on the validation split choose: those with the largest "
                        + "gain of fusion, or those most heterogeneous to the others. Random pairs count with their mean; validation "
                        + "is the best of them on the validation splits, and has taken as many trainings.",
                    drawing: ScatterDrawing(points, xLabel: "inference, ms per sample", yLabel: "suite score").drawing,
                    header: [
                        "chosen by", "pairs", "score", "±", "ahead of random", "±", "p", "change", "±", "p",
                        "inference ms",
                    ], rows: rows)
            ])
    }
}
