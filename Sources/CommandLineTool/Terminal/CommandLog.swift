import Files
import Foundation
import Training

/// The commands that made a run, the content of `commands.txt` in its folder, one per line.
enum CommandLog {
    /// Returns the path of a run's file.
    static func path(of run: String) -> String { "\(run)/commands.txt" }

    /// Adds the command of this process, if the folder holds a run. A repetition, which resumes, is
    /// not added again.
    ///
    /// - Throws: `FileError` when the file cannot be read or written.
    static func add(to run: String, arguments: [String] = Array(CommandLine.arguments.dropFirst())) throws {
        guard RunDirectory(run).exists else { return }
        let line = (["highmmt"] + arguments.map(quoted)).joined(separator: " ")
        let before = try Folder.contents(ofFile: path(of: run)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard !before.split(separator: "\n").contains(Substring(line)) else { return }
        try AtomicFile.write(Array((before + line + "\n").utf8), to: path(of: run))
    }

    /// Returns an argument as a shell reads it.
    static func quoted(_ argument: String) -> String {
        let argument = argument.replacingOccurrences(of: "\n", with: " ")
        let plain = argument.allSatisfy { $0.isLetter || $0.isNumber || "-_./=,:@%+×".contains($0) }
        guard argument.isEmpty || !plain else { return argument }
        return "'" + argument.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }
}
