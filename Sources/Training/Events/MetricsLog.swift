import Files
import Foundation
import Torch

/// Appends a line of JSON per epoch to `metrics.jsonl`.
public final class MetricsLog: TrainingObserver {
    private let path: String

    /// Appends to a file, which is made when it is not there.
    public init(path: String) { self.path = path }

    /// Writes the records of finished epochs.
    public func observe(_ event: TrainingEvent) throws {
        guard case .epochEnded(let record, _) = event else { return }
        try append(try JSONFile.encode(record, layout: .compact) + Data("\n".utf8))
    }

    /// Drops the epochs after a given one: what a run that is continued wrote after its last checkpoint.
    ///
    /// - Throws: `FileError` when the file cannot be read or written.
    public func truncate(stage: String, after epoch: Int) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let text = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read")
        }
        let kept = text.split(separator: UInt8(ascii: "\n")).filter { line in
            guard let record = try? JSONFile.decode(EpochRecord.self, from: line) else { return false }
            return record.stage != stage || record.epoch <= epoch
        }
        let lines = kept.reduce(into: [UInt8]()) { $0 += $1 + [UInt8(ascii: "\n")] }
        try AtomicFile.write(lines, to: path)
    }

    /// The records of a stage in their order; none when the file is not there. Lines that are no records are left out.
    func records(stage: String) -> [EpochRecord] {
        guard let text = FileManager.default.contents(atPath: path) else { return [] }
        return text.split(separator: UInt8(ascii: "\n"))
            .compactMap { try? JSONFile.decode(EpochRecord.self, from: $0) }
            .filter { $0.stage == stage }
    }

    private func append(_ line: Data) throws {
        if !FileManager.default.fileExists(atPath: path) { try AtomicFile.write([], to: path) }
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw FileError(path: path, reason: "cannot be written")
        }
        defer { try? handle.close() }
        do {
            try handle.seekToEnd()
            try handle.write(contentsOf: line)
        } catch {
            throw FileError(path: path, reason: "cannot be written: \(error)")
        }
    }
}
