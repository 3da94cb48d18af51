/// Scores of a task in which every sample may have any number of labels. Labels that a sample lacks
/// do not count.
struct LabelScores {
    /// Label → the outputs and truths of the samples of which it is known.
    private let known: [(outputs: [Float], truths: [Bool])]

    init(_ predictions: Predictions) {
        let (outputs, truths) = (predictions.outputs, predictions.truths)
        known = (0..<predictions.target.outputs).map { label in
            let rows = outputs.indices.filter { truths[$0][label].isFinite }
            return (rows.map { outputs[$0][label] }, rows.map { truths[$0][label] > 0.5 })
        }
    }

    /// The share of correct decisions over all pairs of sample and label.
    var accuracy: Double {
        let total = known.reduce(0) { $0 + $1.outputs.count }
        guard total > 0 else { return .nan }
        let right = known.reduce(0) { $0 + zip($1.outputs, $1.truths).count { ($0 > 0) == $1 } }
        return Double(right) / Double(total)
    }

    /// The mean F1 score over the labels that occur in targets or predictions.
    var f1: Double {
        known.map { outputs, truths in
            let hits = zip(outputs, truths).count { $0 > 0 && $1 }
            let claimed = outputs.count { $0 > 0 }
            let present = truths.count { $0 }
            return claimed + present > 0 ? 2 * Double(hits) / Double(claimed + present) : .nan
        }.meanOfDefined
    }

    /// The mean AUROC over labels.
    var auroc: Double { known.map { RankingScores(scores: $0, positives: $1).auroc }.meanOfDefined }

    /// The mean AUPRC over labels.
    var auprc: Double { known.map { RankingScores(scores: $0, positives: $1).auprc }.meanOfDefined }
}
