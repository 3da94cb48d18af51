import Training

/// The costs of training a suite for people.
struct TrainingEstimateText {
    private let estimate: TrainingEstimate
    private let name: String

    /// - Parameters:
    ///   - estimate: The estimate.
    ///   - name: The name of the suite.
    init(_ estimate: TrainingEstimate, name: String) {
        self.estimate = estimate
        self.name = name
    }

    var text: String {
        let samples = estimate.samples.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        var lines = [
            "\(name): \(estimate.parameters) parameters, on \(estimate.device) with \(estimate.threads) threads",
            "  samples per epoch: \(samples.joined(separator: ", ")); \(estimate.steps) steps",
            "  time per epoch: \(Self.duration(estimate.secondsPerEpoch)); \(estimate.epochs) epochs: "
                + Self.duration(estimate.secondsPerEpoch * Double(estimate.epochs)) + " without early stopping",
        ]
        if let memory = estimate.memory {
            lines.append(
                "  memory: \(Self.megabytes(memory)), of which \(Self.megabytes(estimate.data)) are mapped data that the "
                    + "system can reclaim")
        }
        return lines.joined(separator: "\n")
    }

    private static func megabytes(_ bytes: Int) -> String { "\(Int((Double(bytes) / 1e6).rounded())) MB" }

    private static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "\(number(seconds, decimals: 2)) s"
        case ..<120: "\(number(seconds, decimals: 1)) s"
        case ..<7200: "\(number(seconds / 60, decimals: 1)) min"
        default: "\(number(seconds / 3600, decimals: 1)) h"
        }
    }
}
