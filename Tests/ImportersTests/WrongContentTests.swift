import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Importers

/// Every reader says what a file is when it is something else than expected.
@Suite struct WrongContentTests {
    private static let contents: [(bytes: [UInt8], phrase: String)] = [
        ([], "is empty"), (Array("<!DOCTYPE html><html><title>Sign in</title>".utf8), "is an HTML page"),
        (Array("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n".utf8), "is a Git LFS pointer"),
        ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], "is compressed with gzip"),
        (Array("RIFF".utf8) + [36, 0, 0, 0] + Array("WAVEfmt \u{10}\0\0\0".utf8), "is a WAV sound"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13], "is a PNG image"),
        (Array("name,value\na,1\n".utf8), "is a text table such as CSV"),
    ]

    private static let readers: [(name: String, accepted: Set<String>, read: @Sendable (String) throws -> Void)] = [
        ("x.pkl", [], { _ = try PickleReader.value(path: $0) }), ("x.npy", [], { _ = try NpyReader.array(path: $0) }),
        ("x.idx", ["is compressed with gzip"], { _ = try IDXReader.array(path: $0) }),
        ("x.h5", [], { _ = try HDF5File(path: $0) }),
        ("x.png", ["is a PNG image"], { _ = try PNGReader.raster(path: $0, as: .rgb) }),
        ("x.jpg", [], { _ = try JPEGReader.raster(path: $0, as: .rgb) }),
        ("x.wav", ["is a WAV sound"], { _ = try WAVReader.sound(path: $0) }),
        ("x.npz", ["is compressed with gzip"], { _ = try NpzReader.arrays(path: $0) }),
        ("x.csv", ["is a text table such as CSV"], { _ = try CSVTable(path: $0, hasHeader: true) }),
        ("x.ts", ["is a text table such as CSV"], { _ = try TimeSeriesArchive(path: $0) }),
        ("x.safetensors", [], { _ = try SafetensorsFile(path: $0) }),
    ]

    @Test(arguments: readers.indices)
    func otherContentIsNamed(reader: Int) throws {
        let folder = try TemporaryFolder()
        let (name, accepted, read) = Self.readers[reader]
        for (bytes, phrase) in Self.contents where !accepted.contains(phrase) {
            let path = try folder.write(bytes, to: name)
            #expect("\(name): \(phrase)") { try read(path) } throws: { error in
                "\(error)".hasPrefix("\(path): \(phrase)") && "\(error)".contains("expected")
                    && !"\(error)".contains("\n")
            }
        }
    }

    @Test func textPicklesAreNotTakenForText() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("(dp0\nS'a, b'\np1\nI1\ns.", to: "x.pkl")
        #expect(try PickleReader.value(path: path)["a, b"]?.double == 1)
        let truncated = try folder.write("(I1\n", to: "y.pkl")
        #expect { try PickleReader.value(path: truncated) } throws: { "\($0)".contains("truncated") }
    }

    @Test func truncatedHDF5IsCalledThat() throws {
        let folder = try TemporaryFolder()
        let bytes = try #require(FileManager.default.contents(atPath: Fixtures.path("hdf5-files/small.h5")))
        for part in [bytes.count / 2, bytes.count - 1] {
            let path = try folder.write(Array(bytes.prefix(part)), to: "cut.h5")
            #expect { try HDF5File(path: path) } throws: {
                "\($0)".contains("cut.h5: truncated: \(part) bytes, but its header states \(bytes.count)")
            }
        }
    }
}
