import Foundation
import Multimodal

extension Predictions {
    /// Returns log Σ exp(value) without overflow.
    static func logSumExp(_ values: [Float]) -> Float {
        guard let largest = values.max() else { return -.infinity }
        return largest + Float(log(values.reduce(0.0) { $0 + exp(Double($1 - largest)) }))
    }

    /// Returns probabilities from logits. Those of classes sum to one, and those of labels are
    /// independent. Regression values are returned unchanged.
    public static func probabilities(_ logits: [Float], kind: TargetKind) -> [Double] {
        switch kind {
        case .classification:
            let total = logSumExp(logits)
            return logits.map { exp(Double($0 - total)) }
        case .multilabel: return logits.map { 1 / (1 + exp(-Double($0))) }
        case .regression: return logits.map(Double.init)
        }
    }
}
