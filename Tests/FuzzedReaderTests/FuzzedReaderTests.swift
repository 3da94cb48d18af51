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
        var accepted = 0
        try ArchiveReader.visit(path: path) { member in
            if Self.read(member.bytes.copied(), reader, name: member.path) { accepted += 1 }
            return true
        }
        // Readers that refuse everything would not be tested.
        #expect(accepted > 0)
    }

    /// The inputs that a reader once failed on.
    @Test(arguments: FuzzedReader.allCases)
    func findsAreReadOrRefusedInOneLine(reader: FuzzedReader) throws {
        let folder = Self.folder("Finds") + "/\(reader.rawValue)"
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? [] {
            Self.read(try ByteRegion(path: "\(folder)/\(name)").copied(), reader, name: name)
        }
    }

    /// Returns true if the input is read without an error.
    @discardableResult
    private static func read(_ bytes: [UInt8], _ reader: FuzzedReader, name: String) -> Bool {
        do {
            try reader.read(bytes)
            return true
        } catch {
            #expect(!"\(error)".contains("\n") && !(error is DecodingError), "\(reader) \(name): \(error)")
            return false
        }
    }

    private static func folder(_ name: String) -> String {
        "\(Fixtures.repository)/Tests/FuzzedReaderTests/\(name)"
    }
}
