import Multimodal
import Torch

/// The names of the tensors in a file of samples to predict.
struct PredictionTensors {
    let file: SafetensorsFile
    /// The modalities of the task.
    let modalities: [String]

    private static let roles = ["mask", "present"]

    /// Checks that no tensor is a misspelt modality, mask or presence, which would be ignored.
    ///
    /// - Throws: `SafetensorsError` that names the tensor and what it may stand for.
    func check() throws {
        let names = file.entries.keys.sorted()
        for name in names {
            let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let role = ClosestName.match(for: parts[0], among: Self.roles) else { continue }
            let subject = parts[1]
            let isKnown = modalities.contains(subject) || file.entries[subject] != nil
            if parts[0] == role, isKnown || subject.hasPrefix("target/") { continue }
            let meant = isKnown ? subject : ClosestName.match(for: subject, among: modalities)
            throw SafetensorsError(
                path: file.path, tensor: name,
                reason: "belongs to no modality"
                    + (meant.map { ", did you mean '\(role)/\($0)'?" }
                        ?? "; the task has \(modalities.joined(separator: ", "))"))
        }
        for modality in modalities where file.entries[modality] == nil {
            let others = names.filter { !modalities.contains($0) && !$0.contains("/") }
            guard let match = ClosestName.match(for: modality, among: others) else { continue }
            throw SafetensorsError(
                path: file.path, tensor: modality, reason: "missing; there is '\(match)', did you mean that?")
        }
    }
}
