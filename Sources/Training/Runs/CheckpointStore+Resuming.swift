import Files
import Torch

/// The choice of the checkpoint to resume from.
extension CheckpointStore {
    /// A checkpoint to resume from.
    struct Resumption {
        /// The checkpoint; `nil` starts from the beginning.
        var checkpoint: Checkpoint?
        /// The paths of later checkpoints, which are damaged or lack their best parameters.
        var rejected: [String] = []
        /// The messages about damaged files, in one line each.
        var problems: [String] = []
    }

    /// Returns the latest checkpoint whose files are intact, and for which the best parameters are
    /// intact or will be found again.
    ///
    /// Nothing is changed; ``remove(_:)`` removes the rejected checkpoints.
    ///
    /// - Throws: ``RunError`` when files are damaged and no checkpoint is left to resume from;
    ///   `FileError` when the folder cannot be read.
    func resumption() throws -> Resumption {
        var result = Resumption()
        let names = try names
        let lost = names.isEmpty ? nil : problemOfBest()
        var firstBest: Int?
        for name in names.reversed() {
            let path = "\(folder)/\(name)"
            do {
                let checkpoint = try Checkpoint(folder: path)
                firstBest = firstBest ?? checkpoint.state.firstBestEpoch
                try checkpoint.check()
                // Training finds the best parameters again if it resumes before their epoch.
                if lost == nil || checkpoint.state.bestEpoch == nil || checkpoint.state.epoch < firstBest ?? 0 {
                    result.checkpoint = checkpoint
                    break
                }
            } catch let error where error is FileError || error is SafetensorsError {
                result.problems.append("\(error)")
            }
            result.rejected.append(path)
        }
        guard !result.rejected.isEmpty else { return result }
        if let lost { result.problems.append(lost) }
        guard let checkpoint = result.checkpoint else {
            throw RunError(
                "\(result.problems.joined(separator: "; ")); no checkpoint is left to resume from: restore the files "
                    + "from a copy, or delete \(folder) to train this stage again from the beginning")
        }
        result.problems.append("training resumes from \(checkpoint.folder)")
        return result
    }

    /// Removes the checkpoints that cannot be used.
    ///
    /// - Throws: `FileError` when one cannot be removed.
    func remove(_ rejected: [String]) throws {
        for path in rejected { try Folder.remove(path) }
    }

    /// The problem of the best parameters; `nil` when they are intact.
    private func problemOfBest() -> String? {
        do {
            try SafetensorsFile(path: bestPath).check(advice: "expected the best parameters")
            return nil
        } catch {
            return "\(error.oneLine)"
        }
    }
}
