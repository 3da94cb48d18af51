import Files
import Foundation
import Training

extension RunDirectory {
    /// Makes this run a copy of another one, unless it exists.
    ///
    /// - Throws: `FileError` when the copy cannot be made; nothing of it is left then.
    func start(asCopyOf other: RunDirectory) throws {
        guard !exists else { return }
        let part = path + ".part"
        try Folder.remove(part)
        do {
            try FileManager.default.copyItem(atPath: other.path, toPath: part)
        } catch {
            throw FileError(path: path, reason: "cannot be copied: \(error.localizedDescription)", kind: .system)
        }
        try Folder.move(part, to: path)
    }
}
