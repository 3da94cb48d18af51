import Files
import Foundation
import FuzzedReaders
import Importers
import TestSupport
import Testing

/// Readers get what fuzzing found (`scripts/test-fuzz`). A crash ends the whole test run.
@Suite struct FuzzedReaderTests {
    /// The inputs that together reach the code that fuzzing reached.
    @Test(arguments: FuzzedReader.allCases)
    func corpusIsReadOrRefusedInOneLine(reader: FuzzedReader) throws {
        let path = Self.folder("Corpus") + "/\(reader.rawValue).tar.gz"
        var count = 0
        try ArchiveReader.visit(path: path) { member in
            count += 1
            Self.read(member.bytes.copied(), reader, name: member.path)
            return true
        }
        #expect(count > 0)
    }

    /// The inputs that a reader once failed on.
    @Test(arguments: FuzzedReader.allCases)
    func findsAreReadOrRefusedInOneLine(reader: FuzzedReader) throws {
        let folder = Self.folder("Finds") + "/\(reader.rawValue)"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? [] {
            Self.read(try ByteRegion(path: "\(folder)/\(name)").copied(), reader, name: name)
        }
    }

    private static func read(_ bytes: [UInt8], _ reader: FuzzedReader, name: String) {
        do {
            try reader.read(bytes)
        } catch {
            #expect(!"\(error)".contains("\n") && !(error is DecodingError), "\(reader) \(name): \(error)")
        }
    }

    private static func folder(_ name: String) -> String {
        "\(Fixtures.repository)/Tests/FuzzedReaderTests/\(name)"
    }
}
