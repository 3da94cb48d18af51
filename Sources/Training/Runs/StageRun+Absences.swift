import HighMMT
import Multimodal

/// Modalities for which a part of the model is never trained.
extension StageRun {
    /// Checks that every modality occurs in training.
    ///
    /// - Throws: `ConfigurationError` that names a modality that all training rows lack.
    func checkModalities() throws {
        for task in tasks {
            let rows = task.rows(of: .train)
            for modality in task.modalities where try task.rows(lacking: modality, in: .train) == rows {
                throw ConfigurationError(
                    file: suite.file, key: "tasks.\(task.name).modalities",
                    reason: "'\(modality)' is absent in all \(rows) training rows, so nothing can be learned from it; "
                        + "list the other modalities of the task")
            }
        }
    }

    /// Returns a line for each modality that samples of a split lack or have, although no training
    /// sample did.
    ///
    /// - Throws: An error that names the tensor when it cannot be read.
    func absenceNotes(of task: OpenedTask, on split: Split, _ model: any MultitaskModel) throws -> [String] {
        let rows = task.rows(of: split)
        return try task.modalities.compactMap { modality in
            let lacking = try task.rows(lacking: modality, in: split)
            let counts = "\(task.name): \(lacking) of \(rows) samples lack \(modality)"
            let isLearned = try canLack(modality, of: task, model)
            if lacking > 0, !isLearned {
                return counts + ", but no training sample did, so their scores rest on a placeholder that was never "
                    + "trained; train with training.modality_dropout above 0"
            }
            if lacking < rows, try task.rows(lacking: modality, in: .train) == task.rows(of: .train) {
                return counts + ", but all training samples did, so the others are scored by an encoder that was never "
                    + "trained; list the other modalities under tasks.\(task.name).modalities"
            }
            return nil
        }
    }
}
