import Foundation
import Training

/// The scores of one evaluated run as a table, with the run and the conditions above it.
struct EvaluationText {
    private let result: RunResult

    init(_ result: RunResult) { self.result = result }

    var text: String {
        let time = result.secondsPerEpoch.map { String(format: ", %.1f s per epoch", $0) } ?? ""
        let removed = result.conditions.map(\.without) ?? []
        let conditions =
            (removed.isEmpty ? [] : ["without \(removed.joined(separator: ", "))"])
            + (result.conditions?.corruptions.map(\.description) ?? [])
        let heading = "\(result.suite), seed \(result.seed), \(result.parameters) parameters\(time)"
        return ([heading] + conditions + [RunResultText(result).text]).joined(separator: "\n")
    }
}
