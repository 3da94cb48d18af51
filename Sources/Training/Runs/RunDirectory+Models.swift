import Files
import Foundation
import HighMMT
import Torch

/// The trained models of a run.
extension RunDirectory {
    /// Returns true when a stage has trained parameters, or had some that were lost.
    public func isTrained(_ stage: TrainingStage) -> Bool {
        let store = checkpoints(stage: stage)
        return FileManager.default.fileExists(atPath: store.bestPath) || store.hasEpochs
    }

    /// The stage whose model represents the run: stage 2 if it is trained, otherwise stage 1; `nil`
    /// when neither is.
    ///
    /// The pruned model is an alternative to stage 2, not a later stage, so it is used only on
    /// request.
    public var latestStage: TrainingStage? { TrainingStage.ofMethod.last(where: isTrained) }

    /// Returns the record of a stage's model.
    ///
    /// - Parameter stage: The stage; `nil` uses ``latestStage``.
    /// - Throws: `FileError` when there is no valid record.
    public func record(of stage: TrainingStage? = nil) throws -> ModelRecord {
        try ModelRecord(path: modelPath(of: stage ?? latestStage ?? .first))
    }

    /// Returns the model with the best parameters of a stage, and its record.
    ///
    /// - Parameters:
    ///   - stage: The stage; `nil` uses ``latestStage``.
    ///   - device: The device of the parameters.
    /// - Throws: ``RunError`` when the stage has no trained parameters; `FileError`,
    ///   `SafetensorsError`, `ModelError` or `TorchError` when the model cannot be loaded.
    public func bestModel(
        of stage: TrainingStage? = nil, device: Device
    ) throws -> (model: any MultitaskModel, record: ModelRecord) {
        if let stage, exists, !isTrained(stage) {
            throw RunError("\(path): has no trained parameters of \(stage.rawValue); train this stage first")
        }
        let record = try record(of: stage)
        guard let store = (stage ?? latestStage).map({ checkpoints(stage: $0) }) else {
            throw RunError("\(path): has no trained parameters yet; train the suite first")
        }
        let model = try record.model(device: device)
        try model.parameters.load(bestParameters(of: store))
        return (model, record)
    }

    /// Returns the checksum that the best parameters of a stage state; `nil` without one.
    func checksumOfBest(_ stage: TrainingStage) throws -> String? {
        let store = checkpoints(stage: stage)
        guard FileManager.default.fileExists(atPath: store.bestPath) else { return nil }
        do {
            return try SafetensorsFile(path: store.bestPath).statedChecksum
        } catch {
            // Says more about a damaged file.
            _ = try bestParameters(of: store)
            throw error
        }
    }

    /// Returns the best parameters of a stage after checking them.
    private func bestParameters(of store: CheckpointStore) throws -> [String: Tensor] {
        let advice =
            "restore it from a copy, or train again to find it from an earlier checkpoint"
        guard FileManager.default.fileExists(atPath: store.bestPath) else {
            throw RunError("\(store.bestPath): is missing, but the stage was trained; \(advice)")
        }
        do {
            let file = try SafetensorsFile(path: store.bestPath)
            try file.check(advice: advice)
            return try file.tensors()
        } catch let error as SafetensorsError where error.tensor == nil && !error.reason.contains(advice) {
            throw SafetensorsError(path: error.path, reason: "\(error.reason); \(advice)")
        }
    }
}
