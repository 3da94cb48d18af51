import Foundation
import TestSupport
import Testing

@testable import Importers

/// A table names files of its own folder. Those elsewhere need an absolute path.
@Suite struct LeavingFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let photo = "\(Fixtures.repository)/Tests/ImportersTests/Fixtures/table-files/files/photo0.png"
        try folder.write("", to: "table/empty")
        for row in 0..<12 { try folder.copy(photo, as: "table/\(row).png") }
        try folder.copy(photo, as: "outside.png")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("table/link.png"), withDestinationPath: folder.path("outside.png"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path("table/inside.png"), withDestinationPath: folder.path("table/0.png"))
    }

    /// Imports a table whose third row names another file.
    private func importTable(_ cell: String) throws {
        let rows = (0..<12).map { "\($0),\($0 == 2 ? cell : "\($0).png"),\($0 % 2)\n" }
        let table = try folder.write("id,photo,y\n" + rows.joined(), to: "table/t.csv")
        _ = try TableImport(file: table, targets: ["y"]).run(to: folder.path("dataset"), replaces: true)
    }

    @Test(arguments: ["../outside.png", "./../table/../outside.png", "link.png", "file://../outside.png"])
    func relativePathsOutOfTheFolderAreRefused(cell: String) throws {
        let error = #expect(throws: ReaderError.self) { try importTable(cell) }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("line 4") && text.contains("leads out of the table's folder"), "\(text)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("dataset")))
    }

    @Test(arguments: ["inside.png", "./3.png", "../table/3.png"]) func othersAreRead(cell: String) throws {
        try importTable(cell)
    }

    @Test func absolutePathsAreRead() throws { try importTable(folder.path("outside.png")) }

    /// Archives are never unpacked to disk, so names and links in them cannot lead anywhere.
    @Test func membersOfArchivesAreOnlyRead() throws {
        let names = ["../evil.txt", "/evil.txt", "link", "inside/../../evil.txt"]
        var archive: [UInt8] = []
        for name in names { archive += Self.member(name, linksTo: name == "link" ? "/etc/passwd" : nil) }
        archive += [UInt8](repeating: 0, count: 1024)
        let path = try folder.write(archive, to: "table/a.tar")
        var found: [String: Int] = [:]
        try ArchiveReader.visit(path: path) { member in
            found[member.path] = member.bytes.count
            return true
        }
        #expect(found == ["../evil.txt": 4, "/evil.txt": 4, "inside/../../evil.txt": 4])
        #expect(!FileManager.default.fileExists(atPath: folder.path("evil.txt")))
    }

    /// Returns a member of a tar archive (POSIX 1003.1-1988): a file of four bytes, or a link.
    private static func member(_ name: String, linksTo target: String?) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func write(_ text: String, at offset: Int) {
            header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        write(name, at: 0)
        write("0000644\0", at: 100)
        write(target == nil ? "00000000004\0" : "00000000000\0", at: 124)
        write("        ", at: 148)
        write(target == nil ? "0" : "2", at: 156)
        if let target { write(target, at: 157) }
        write("ustar\u{0}00", at: 257)
        let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
        write(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
        return header + (target == nil ? Array("evil".utf8) + [UInt8](repeating: 0, count: 508) : [])
    }
}
