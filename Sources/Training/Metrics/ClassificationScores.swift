/// Scores of a task in which every sample has exactly one of several classes.
struct ClassificationScores {
    private let outputs: [[Float]]
    private let truths: [Int]
    private let classes: Int

    init(_ predictions: Predictions) {
        outputs = predictions.outputs
        truths = predictions.truths.map { Int($0[0]) }
        classes = predictions.target.outputs
    }

    private var answers: [Int] {
        outputs.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
    }

    /// The share of samples with the correct class.
    var accuracy: Double {
        truths.isEmpty ? .nan : Double(zip(answers, truths).count { $0 == $1 }) / Double(truths.count)
    }

    /// The F1 score. It is that of the second class for two classes, otherwise the mean over the
    /// classes that occur in targets or predictions.
    var f1: Double {
        let answers = answers
        func score(_ label: Int) -> Double {
            let hits = zip(answers, truths).count { $0 == label && $1 == label }
            let claimed = answers.count { $0 == label }
            let present = truths.count { $0 == label }
            guard claimed + present > 0 else { return .nan }
            return 2 * Double(hits) / Double(claimed + present)
        }
        return classes == 2 ? score(1) : (0..<classes).map(score).meanOfDefined
    }

    /// The AUROC of the second class for two classes, otherwise the mean over classes, each against
    /// the rest.
    var auroc: Double { ranked(\.auroc) }

    /// The AUPRC of the second class for two classes, otherwise the mean over classes, each against
    /// the rest.
    var auprc: Double { ranked(\.auprc) }

    private func ranked(_ score: KeyPath<RankingScores, Double>) -> Double {
        func ranking(_ label: Int) -> RankingScores {
            // The margin over the other classes ranks like the probability, but is not rounded to 0
            // or 1.
            let scores = outputs.map { row -> Float in
                let others = row.indices.filter { $0 != label }.map { row[$0] }
                return row[label] - Predictions.logSumExp(others)
            }
            return RankingScores(scores: scores, positives: truths.map { $0 == label })
        }
        return classes == 2
            ? ranking(1)[keyPath: score] : (0..<classes).map { ranking($0)[keyPath: score] }.meanOfDefined
    }
}
