import Files
import Foundation
import Torch

/// Accumulated processor seconds, kept in a separate file because results must not contain times.
///
/// The sum survives interruptions.
final class SpentTime: @unchecked Sendable {
    private let lock = NSLock()
    private let file: String
    private var sum: Double

    /// Continues the sum in a file, or starts at 0 when there is no file.
    ///
    /// - Throws: `FileError` when the file's content is not such a sum.
    init(file: String) throws {
        self.file = file
        guard let data = FileManager.default.contents(atPath: file) else {
            sum = 0
            return
        }
        guard let known = try? JSONFile.decode([String: Double].self, from: data)["seconds"] else {
            throw FileError(path: file, reason: "expected an object with the key seconds")
        }
        sum = known
    }

    /// The seconds so far.
    var seconds: Double { lock.withLock { sum } }

    func add(_ seconds: Double) { lock.withLock { sum += seconds } }

    /// Adds the seconds of a training and keeps the sum, so that a killed study loses none. A file
    /// that cannot be written is an error only at the end.
    func keep(adding seconds: Double) {
        lock.withLock {
            sum += seconds
            try? JSONFile.write(["seconds": sum], to: file, layout: .compact)
        }
    }

    /// - Throws: `FileError` when the file cannot be written.
    func write() throws {
        try JSONFile.write(["seconds": seconds], to: file, layout: .compact)
    }
}
