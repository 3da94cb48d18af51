import Files
import Foundation
import Multimodal
import Torch

/// The costs of training a suite, estimated from a few steps before a run begins.
public struct TrainingEstimate: Encodable, Sendable {
    /// The number of trainable parameters.
    public let parameters: Int
    /// The epochs of stage 1; early stopping may end it before.
    public let epochs: Int
    /// The steps of an epoch.
    public let steps: Int
    /// Task → number of training samples per epoch.
    public let samples: [String: Int]
    /// The seconds of an epoch, with validation and checkpoint.
    public let secondsPerEpoch: Double
    /// The peak of the process's resident memory in bytes, mapped data included; `nil` where the
    /// system does not tell. The system reclaims the pages of mapped data when memory is short.
    public let memory: Int?
    /// The share of ``memory`` that is mapped data, in bytes.
    public let data: Int
    /// The name of the device.
    public let device: String
    /// The number of CPU threads.
    public let threads: Int

    /// Estimates the costs by some steps of every kind, one validation and one checkpoint, in a
    /// temporary folder.
    ///
    /// - Throws: The errors of ``StageRun/init(_:of:run:device:)`` and
    ///   ``StageRun/train(observers:shouldStop:)``.
    public init(_ suite: OpenedSuite, device: Device) throws {
        let folder = NSTemporaryDirectory() + "highmmt-estimate-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let stage = try StageRun(of: suite, run: RunDirectory(folder), device: device)
        let epochs = suite.suite.training.epochs ?? 0
        let cost = try stage.trainer(epochs: max(1, epochs)).measureEpoch()
        let training = suite.suite.training
        self.epochs = epochs
        parameters = stage.model.parameters.count
        steps = cost.steps
        samples = suite.tasks.reduce(into: [:]) { samples, task in
            let rows = min(task.rows(of: .train), training.samples ?? .max)
            samples[task.name] = training.epochBatches.map { min(rows, $0 * task.batch) } ?? rows
        }
        secondsPerEpoch = (cost.training + cost.ending) / .seconds(1)
        let files = suite.tasks.flatMap { [$0.dataset.train.file, $0.dataset.valid.file] }
        let bytes = Dictionary(files.map { ($0.path, $0.byteCount) }, uniquingKeysWith: max).values.reduce(0, +)
        data = bytes
        memory = ResidentMemory.peak.map { $0 + bytes }
        self.device = "\(device)"
        threads = LibTorch.threads
    }
}
