import Foundation
import Testing

/// Texts that must equal the files in the folder `Snapshots`.
///
/// With `HIGHMMT_RECORD_SNAPSHOTS=1` in the environment, the tests write the files instead.
enum Snapshot {
    /// The folder of all snapshots.
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Snapshots")

    private static var isRecording: Bool { ProcessInfo.processInfo.environment["HIGHMMT_RECORD_SNAPSHOTS"] == "1" }

    /// Compares a text with a snapshot and records an issue with the first line that differs.
    ///
    /// - Parameter name: The path below `Snapshots`, without the extension `.txt`.
    /// - Throws: The error of Foundation when a snapshot cannot be written.
    static func check(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let file = root.appendingPathComponent("\(name).txt")
        let text = text.hasSuffix("\n") ? text : text + "\n"
        if isRecording {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            return try Data(text.utf8).write(to: file)
        }
        let hint = "if the change is intended, run the tests again with HIGHMMT_RECORD_SNAPSHOTS=1 and commit the files"
        guard let recorded = try? String(contentsOf: file, encoding: .utf8) else {
            Issue.record("Snapshots/\(name).txt does not exist; \(hint)", sourceLocation: sourceLocation)
            return
        }
        guard recorded != text else { return }
        let (old, new) = (lines(recorded), lines(text))
        let first =
            zip(old, new).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(old.count, new.count)
        func line(_ lines: [Substring]) -> String { first < lines.count ? "'\(lines[first])'" : "the end of the text" }
        Issue.record(
            "Snapshots/\(name).txt, line \(first + 1): expected \(line(old)), found \(line(new)); \(hint)",
            sourceLocation: sourceLocation)
    }

    /// Returns the lines of a snapshot; none if it does not exist.
    static func lines(of name: String) -> [String] {
        let text = try? String(contentsOf: root.appendingPathComponent("\(name).txt"), encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    /// Checks that a subfolder has exactly the given snapshots, and deletes others when recording.
    ///
    /// - Throws: The error of Foundation when the folder cannot be read.
    static func checkNames(_ names: [String], in folder: String) throws {
        let folder = root.appendingPathComponent(folder)
        let recorded = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".txt") }
        let surplus = Set(recorded).subtracting(names.map { "\($0).txt" }).sorted()
        guard isRecording else {
            #expect(surplus == [], "\(folder.lastPathComponent) has snapshots of no test; delete them")
            return
        }
        for name in surplus { try FileManager.default.removeItem(at: folder.appendingPathComponent(name)) }
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
