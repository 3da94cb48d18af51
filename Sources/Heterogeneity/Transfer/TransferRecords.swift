import Files
import Foundation
import Torch

/// The finished trainings of one kind of measurement, in a folder with one file per training. A
/// stopped measurement can therefore resume, and several machines can share one.
struct TransferRecords: Sendable {
    let folder: String

    /// Creates the folder if it does not exist.
    ///
    /// - Throws: `FileError` when it cannot be created.
    init(folder: String) throws {
        self.folder = folder
        try Folder.make(folder)
    }

    /// Returns true when a training is finished.
    func has(_ start: TransferStart, to: TransferEntry, seed: UInt64) -> Bool {
        FileManager.default.fileExists(atPath: path(start, to: to, seed: seed))
    }

    /// Returns the record of a finished training; `nil` when there is none.
    ///
    /// - Throws: `FileError` that names the file when it is damaged.
    func record(_ start: TransferStart, to: TransferEntry, seed: UInt64) throws -> TransferRecord? {
        let path = path(start, to: to, seed: seed)
        guard let data = try Folder.contents(ofFile: path) else { return nil }
        guard let record = try? JSONFile.decode(TransferRecord.self, from: data), !record.losses.isEmpty,
            record.losses.allSatisfy(\.isFinite)
        else {
            throw FileError(
                path: path, reason: "is not a valid record of a training; remove the file to repeat the training")
        }
        try JSONFile.checkChecksum(data, path: path, advice: "remove the file to repeat the training")
        return record
    }

    /// Writes the record of a finished training.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(_ record: TransferRecord, _ start: TransferStart, to: TransferEntry) throws {
        try JSONFile.writeChecked(record, to: path(start, to: to, seed: record.seed), layout: .compact)
    }

    /// Writes the shared parameters of a source.
    ///
    /// - Throws: `FileError` when they cannot be written.
    func write(shared: [String: Tensor], of entry: TransferEntry, seed: UInt64) throws {
        try SafetensorsWriter.write(shared, isChecked: true, to: sharedPath(of: entry, seed: seed))
    }

    /// Returns the shared parameters of a source.
    ///
    /// - Throws: `FileError` or `SafetensorsError` that names the file when they cannot be read.
    func shared(of entry: TransferEntry, seed: UInt64) throws -> [String: Tensor] {
        let path = sharedPath(of: entry, seed: seed)
        let remedy = "remove it and its record \(self.path(.source, to: entry, seed: seed)) to repeat the training"
        do {
            let file = try SafetensorsFile(path: path)
            try file.check(advice: remedy)
            return try file.tensors()
        } catch let error as SafetensorsError where !error.reason.contains(remedy) {
            throw SafetensorsError(path: path, tensor: error.tensor, reason: "\(error.reason); \(remedy)")
        }
    }

    /// Copies the trainings that another folder has finished and this one has not.
    ///
    /// - Throws: `FileError` that names the file when one cannot be copied.
    func merge(_ other: String) throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: other)) ?? []
        for name in names.sorted() where name.hasSuffix(".json") || name.hasSuffix(".safetensors") {
            let target = "\(folder)/\(name)"
            guard !FileManager.default.fileExists(atPath: target) else { continue }
            guard let data = FileManager.default.contents(atPath: "\(other)/\(name)") else {
                throw FileError(path: "\(other)/\(name)", reason: "cannot be read")
            }
            try AtomicFile.write(Array(data), to: target)
        }
    }

    private func sharedPath(of entry: TransferEntry, seed: UInt64) -> String {
        "\(folder)/\(entry.fileName)-\(seed).safetensors"
    }

    private func path(_ start: TransferStart, to: TransferEntry, seed: UInt64) -> String {
        let prefix =
            switch start {
            case .source: ""
            case .reference: "reference~"
            case .transfer(let from): "\(from.fileName)~"
            }
        return "\(folder)/\(prefix)\(to.fileName)-\(seed).json"
    }
}
