import Files
import Foundation
import Training

/// The origin of a run that starts from another one, the content of its `transfer.json`.
public struct TransferRecord: Codable, Equatable, Sendable {
    /// The start of the model.
    public var arm: TransferArm
    /// The folder of the source, as it was given.
    public var source: String
    /// The stage of the source.
    public var stage: TrainingStage
    /// The epoch of the source's parameters; `nil` if unknown.
    public var epoch: Int?
    /// The groups of the source that the streams and pairs joined.
    public var groups: TargetGroups
    /// The parameters that start at random.
    public var fresh: [String]
    /// The number of columns of the encoders' input layers that start at random.
    public var freshColumns: Int

    /// The path of the record of a run.
    static func path(in run: RunDirectory) -> String { "\(run.path)/transfer.json" }

    /// Writes the record into the prepared folder of a run, or checks that the existing one has
    /// the same origin.
    ///
    /// - Throws: `RunError` when the run in the folder has another origin; `FileError` when the
    ///   file cannot be read or written.
    func place(in run: RunDirectory) throws {
        let path = Self.path(in: run)
        guard let before = try TransferRecord(in: run) else {
            guard !FileManager.default.fileExists(atPath: run.checkpoints(stage: .first).folder) else {
                throw RunError("\(run.path): contains a run that no source started; choose another folder with --run")
            }
            return try JSONFile.write(self, to: path)
        }
        func origin(_ record: TransferRecord) -> String {
            "\(record.arm.rawValue) from \(record.source), \(record.stage.rawValue), epoch \(record.epoch ?? 0)"
        }
        guard origin(before) == origin(self) else {
            throw RunError(
                "\(path): the run started as \(origin(before)), not as \(origin(self)); choose another folder "
                    + "with --run, or remove \(run.path) to start again")
        }
    }
}

extension TransferRecord {
    /// Reads the record of a run; `nil` when no source started it.
    ///
    /// - Throws: `FileError` when the file cannot be read.
    init?(in run: RunDirectory) throws {
        let path = Self.path(in: run)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        self = try JSONFile.read(TransferRecord.self, from: path, content: "the origin of a run")
    }
}
