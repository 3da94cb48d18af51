import Files
import Foundation
import Torch

/// Appends a line of JSON per epoch to `metrics.jsonl`. Each line holds its own checksum.
public struct MetricsLog: Sendable {
    private let path: String

    /// Creates a log that appends to a file. The first record creates the file if it does not
    /// exist.
    public init(path: String) { self.path = path }

    /// Appends the record of a finished epoch.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func append(_ record: EpochRecord) throws {
        let line = Array(try JSONFile.encode(record, layout: .compact))
        try write(Data((JSONFile.addingChecksum(to: line, layout: .compact) ?? line) + [UInt8(ascii: "\n")]))
    }

    /// Removes the records of later epochs, which an interrupted run wrote after its last
    /// checkpoint. Lines that cannot be decoded are removed as well.
    ///
    /// - Throws: `FileError` when the file cannot be read or written.
    public func truncate(stage: TrainingStage, after epoch: Int) throws {
        guard let text = try Folder.contents(ofFile: path) else { return }
        let kept = text.split(separator: UInt8(ascii: "\n")).filter { line in
            guard let record = try? JSONFile.decode(EpochRecord.self, from: line) else { return false }
            return record.stage != stage || record.epoch <= epoch
        }
        let lines = kept.reduce(into: [UInt8]()) { $0 += $1 + [UInt8(ascii: "\n")] }
        try AtomicFile.write(lines, to: path)
    }

    /// Returns all records in order.
    ///
    /// - Throws: `FileError` that names the file and the line when it cannot be read or decoded.
    public func records() throws -> [EpochRecord] {
        guard let text = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; expected the log of a run")
        }
        return try text.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            let record: EpochRecord
            do {
                record = try JSONFile.decode(EpochRecord.self, from: line)
            } catch {
                throw FileError(
                    path: path, reason: "line \(number + 1): is not the record of an epoch: \(error.oneLine)")
            }
            try JSONFile.checkChecksum(
                line, path: "\(path): line \(number + 1)", advice: "restore the file, or delete the line")
            return record
        }
    }

    /// Returns the records of a stage in order; empty when the file does not exist. Lines that are
    /// not records are skipped.
    func records(stage: TrainingStage) -> [EpochRecord] {
        guard let text = FileManager.default.contents(atPath: path) else { return [] }
        return text.split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONFile.decode(EpochRecord.self, from: $0) }
            .filter { $0.stage == stage }
    }

    private func write(_ line: Data) throws {
        guard !FileChanges.areLeftToLead else { return }
        if !FileManager.default.fileExists(atPath: path) { try AtomicFile.write([], to: path) }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw FileError(path: path, reason: "cannot be opened for writing", kind: .system)
        }
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: line)
            try handle.synchronize()
            try handle.close()
        } catch {
            throw FileError(path: path, reason: "cannot be written: \(error.localizedDescription)", kind: .system)
        }
    }
}
