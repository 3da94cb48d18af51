import Foundation
import TestSupport
import Testing

/// Ctrl-C during an import.
@Suite struct ImportInterruptionTests {
    /// Writes a table that takes seconds to import.
    private func writeTable(_ folder: TemporaryFolder) throws {
        let rows = (0..<40_000).map { row in
            "\(row)," + (0..<12).map { "\(Double((row * 31 + $0 * 7) % 997) / 10)" }.joined(separator: ",")
                + ",word\(row % 91) word\(row % 17),\(row % 2)\n"
        }
        let header = "id," + (0..<12).map { "x\($0)" }.joined(separator: ",") + ",note,y\n"
        try folder.write(header + rows.joined(), to: "t.csv")
    }

    @Test(arguments: [SIGINT, SIGTERM]) func nothingIsLeftBehind(number: Int32) throws {
        let folder = try TemporaryFolder()
        try writeTable(folder)
        let import_ = ["data", "import", "table", "t.csv", "--target", "y", "--to", "out"]
        let once = Once()
        let result = try Tool.run(import_, in: folder.path) { process, text in
            guard text.contains("train\n") || text.contains("rows"), once.isFirst else { return }
            kill(process.processIdentifier, number)
        }
        #expect(result.status == 0 && result.messages.contains("interrupted; nothing incomplete is left"), "\(result)")
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "t.csv" }
        // The lock of a process that ended is no obstacle.
        #expect(left.allSatisfy { $0.hasSuffix(".lock") }, "\(left)")
    }
}
