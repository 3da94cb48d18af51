import Files
import Foundation
import HighMMT
import Multimodal
import Parallel
import Torch

/// The work of a training by several processes.
///
/// All processes hold the same parameters. Each computes the gradients of its rows, and after their
/// sum makes the same update. The lead reads and writes the files of the run.
extension Trainer {
    /// Gives all processes the state of the lead.
    ///
    /// - Throws: `TeamError` that names a process whose model differs; `TorchError` when memory
    ///   runs out.
    static func share(
        _ state: Checkpoint.State, of model: any MultitaskModel, _ optimiser: Adam, _ average: ParameterAverage?,
        in team: Team
    ) throws -> Checkpoint.State {
        guard team.size > 1 else { return state }
        let parameters = model.parameters
        var names = Checksum()
        Array(parameters.paths.joined(separator: " ").utf8).withUnsafeBytes { names.add($0) }
        try team.check([
            ("the number of parameters", "\(parameters.count)"), ("the checksum of their names", names.text),
        ])
        let state = try team.fromLead { state }
        try team.broadcast(parameters.values)
        try team.broadcast(parameters.fittedValues)
        try team.broadcast(optimiser.firstMoments)
        try team.broadcast(optimiser.secondMoments)
        if let average { try team.broadcast(average.values) }
        if !state.stepCounts.isEmpty {
            try optimiser.restore(
                firstMoments: optimiser.firstMoments, secondMoments: optimiser.secondMoments,
                stepCounts: state.stepCounts)
        }
        return state
    }

    /// Checks that all processes still hold the same parameters.
    ///
    /// - Throws: `TeamError` that names a process that differs.
    func checkEqualParameters() throws {
        guard team.size > 1 else { return }
        let bytes = try parameters.values.bytes()
        try team.check([
            ("the checksum of the parameters after an epoch", bytes.withUnsafeBytes { Checksum($0).text })
        ])
    }
}
