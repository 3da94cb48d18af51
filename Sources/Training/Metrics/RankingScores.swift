/// How well scores rank the positives of a binary label before its negatives.
public struct RankingScores: Sendable {
    private let ranked: [(score: Float, isPositive: Bool)]
    private let positives: Int

    /// Scores and truths of the same samples.
    public init(scores: [Float], positives: [Bool]) {
        ranked = zip(scores, positives).map { ($0, $1) }.sorted { $0.score > $1.score }
        self.positives = positives.count { $0 }
    }

    /// The area under the receiver operating characteristic: the chance that a positive ranks before a negative, ties
    /// counting half. NaN when one of the two is missing.
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

    /// The area under the precision-recall curve as average precision: Σ (Rₙ − Rₙ₋₁)·Pₙ over thresholds. NaN without a
    /// positive.
    public var auprc: Double {
        guard positives > 0 else { return .nan }
        var weighted = 0.0
        var found = 0
        var seen = 0
        for (positivesHere, negativesHere) in ties {
            found += positivesHere
            seen += positivesHere + negativesHere
            // Divided by the positives at the end: precisions of 1 then sum to a whole number, and the area to 1 at most.
            weighted += Double(positivesHere) * (Double(found) / Double(seen))
        }
        return weighted / Double(positives)
    }

    /// Positives and negatives of each distinct score, from the highest.
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
    /// The mean of the numbers that are defined; NaN when none is.
    var meanOfDefined: Double {
        let defined = filter { !$0.isNaN }
        return defined.isEmpty ? .nan : defined.reduce(0, +) / Double(defined.count)
    }
}
