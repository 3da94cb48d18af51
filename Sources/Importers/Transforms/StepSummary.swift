import Foundation
import Multimodal

/// Summarises some consecutive steps of a series as one token.
struct StepSummary {
    let channels: Int
    /// The steps of a token.
    let steps: Int
    let statistics: [StepStatistic]

    /// Returns `[tokens, statistics × channels]` of a series `[steps, channels]`.
    func tokens(_ values: [Float]) -> [Float] {
        (0..<values.count / (steps * channels)).flatMap { token in
            statistics.flatMap { statistic in
                (0..<channels).map { value(of: statistic, values, steps: token * steps..<(token + 1) * steps, $0) }
            }
        }
    }

    private func value(
        of statistic: StepStatistic, _ values: [Float], steps range: Range<Int>, _ channel: Int
    ) -> Float {
        func value(_ step: Int) -> Float { values[step * channels + channel] }
        func mean(_ term: (Int) -> Float) -> Float { range.reduce(0) { $0 + term($1) } / Float(steps) }
        switch statistic {
        case .mean: return mean(value)
        case .logSize: return log1p(mean { abs(value($0)) })
        case .logChange: return log1p(mean { $0 > 0 ? abs(value($0) - value($0 - 1)) : 0 })
        case .logDeviation:
            let (first, second) = (mean(value), mean { value($0) * value($0) })
            return log1p(max(0, second - first * first).squareRoot())
        }
    }
}
