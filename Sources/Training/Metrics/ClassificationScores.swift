/// Scores of a task in which every sample has one of several classes.
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

    /// The share of samples whose class is right.
    var accuracy: Double {
        truths.isEmpty ? .nan : Double(zip(answers, truths).count { $0 == $1 }) / Double(truths.count)
    }

    /// The harmonic mean of precision and recall: of the second class when there are two, otherwise the mean over the
    /// classes that occur.
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

    /// Of the second class when there are two, otherwise the mean over classes, each against the rest.
    var auroc: Double { ranked(\.auroc) }

    /// Of the second class when there are two, otherwise the mean over classes, each against the rest.
    var auprc: Double { ranked(\.auprc) }

    private func ranked(_ score: KeyPath<RankingScores, Double>) -> Double {
        func ranking(_ label: Int) -> RankingScores {
            // The margin over the other classes ranks as the probability does, without its rounding to 0 and 1.
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
