/// The quality of a ranking, in which the positives of a binary label should come before the
/// negatives.
public struct RankingScores: Sendable {
    private let ranked: [(score: Float, isPositive: Bool)]
    private let positives: Int

    /// Creates a ranking.
    ///
    /// - Parameters:
    ///   - scores: The score of each sample.
    ///   - positives: True for each positive sample, in the same order.
    public init(scores: [Float], positives: [Bool]) {
        ranked = zip(scores, positives).map { ($0, $1) }.sorted { $0.score > $1.score }
        self.positives = positives.count { $0 }
    }

    /// The area under the receiver operating characteristic curve: the probability that a positive
    /// ranks before a negative, with ties counted as ½. NaN without positives or without negatives.
    public var auroc: Double {
        let negatives = ranked.count - positives
        guard positives > 0, negatives > 0 else { return .nan }
        var area = 0.0
        var positivesAbove = 0
        for (positivesHere, negativesHere) in ties {
            area += Double(negativesHere) * (Double(positivesAbove) + Double(positivesHere) / 2)
            positivesAbove += positivesHere
        }
        return area / (Double(positives) * Double(negatives))
    }

    /// The area under the precision-recall curve as average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over
    /// thresholds. NaN without positives.
    public var auprc: Double {
        guard positives > 0 else { return .nan }
        var weighted = 0.0
        var found = 0
        var seen = 0
        for (positivesHere, negativesHere) in ties {
            found += positivesHere
            seen += positivesHere + negativesHere
            // The sum is divided by the positives at the end. Precisions of 1 then sum to an
            // integer, and the area cannot exceed 1.
            weighted += Double(positivesHere) * (Double(found) / Double(seen))
        }
        return weighted / Double(positives)
    }

    /// The numbers of positives and negatives with each distinct score, highest score first.
    private var ties: [(positives: Int, negatives: Int)] {
        var groups: [(positives: Int, negatives: Int)] = []
        var last: Float?
        for (score, isPositive) in ranked {
            if score != last { groups.append((0, 0)) }
            last = score
            if isPositive { groups[groups.count - 1].positives += 1 } else { groups[groups.count - 1].negatives += 1 }
        }
        return groups
    }
}

extension [Double] {
    /// The mean of the values that are not NaN; NaN when there are none.
    var meanOfDefined: Double {
        let defined = filter { !$0.isNaN }
        return defined.isEmpty ? .nan : defined.reduce(0, +) / Double(defined.count)
    }
}
