/// Scores of a task in which every sample may have any number of labels.
struct LabelScores {
    private let outputs: [[Float]]
    private let truths: [[Bool]]
    private let labels: Int

    init(_ predictions: Predictions) {
        outputs = predictions.outputs
        truths = predictions.truths.map { $0.map { $0 > 0.5 } }
        labels = predictions.target.outputs
    }

    /// The share of correct decisions over all pairs of sample and label.
    var accuracy: Double {
        let total = outputs.count * labels
        guard total > 0 else { return .nan }
        let right = zip(outputs, truths).reduce(0) { $0 + zip($1.0, $1.1).count { ($0 > 0) == $1 } }
        return Double(right) / Double(total)
    }

    /// The mean F1 score over the labels that occur in targets or predictions.
    var f1: Double {
        (0..<labels).map { label in
            let hits = zip(outputs, truths).count { $0[label] > 0 && $1[label] }
            let claimed = outputs.count { $0[label] > 0 }
            let present = truths.count { $0[label] }
            return claimed + present > 0 ? 2 * Double(hits) / Double(claimed + present) : .nan
        }.meanOfDefined
    }

    /// The mean AUROC over labels.
    var auroc: Double { (0..<labels).map { ranking($0).auroc }.meanOfDefined }

    /// The mean AUPRC over labels.
    var auprc: Double { (0..<labels).map { ranking($0).auprc }.meanOfDefined }

    private func ranking(_ label: Int) -> RankingScores {
        RankingScores(scores: outputs.map { $0[label] }, positives: truths.map { $0[label] })
    }
}
