import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct PartialFolderTests {
    private func make(_ names: [String], in folder: TemporaryFolder) throws {
        for name in names {
            try FileManager.default.createDirectory(
                atPath: folder.path("\(name)/inner"), withIntermediateDirectories: true)
        }
    }

    @Test func onlyWhatWasAbandonedIsRemoved() throws {
        let folder = try TemporaryFolder()
        let others = [
            "x", ".y.1a.partial", ".x.partial", ".x..partial", ".x.1A.partial", ".x.1a.partial.old", ".x.1a.part",
            ".x.y.1a.partial", ".x.abcdefghijklmn.partial", "x.1a.partial",
        ]
        try make(others + [".x.1a.partial", ".x.0.partial"], in: folder)
        try folder.write("a file", to: ".x.2b.partial")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(".x.3c.partial"), withDestinationPath: folder.path("x"))
        let busy = try PartialFolder(of: "x", in: folder.path)
        PartialFolder.removeAbandoned(of: "x", in: folder.path)
        let left = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
        let own = (busy.path as NSString).lastPathComponent
        #expect(left == Set(others + [".x.2b.partial", ".x.3c.partial", own]))
        #expect(FileManager.default.fileExists(atPath: folder.path("x/inner")))
    }
}
