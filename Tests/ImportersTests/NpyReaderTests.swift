import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func file(_ name: String) -> String { Fixtures.path("numpy-files/" + name) }

@Suite struct NpyReaderTests {
    @Test func numbersOfEveryTypeAndByteOrder() throws {
        #expect(try NpyReader.array(path: file("float32.npy")).floats() == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect(try NpyReader.array(path: file("float64-columns.npy")).doubles() == [0, 0.25, 0.5, 0.75, 1, 1.25])
        #expect(try NpyReader.array(path: file("float16.npy")).doubles() == [0, 0.125, 0.25, 0.375, 0.5, 0.625])
        #expect(try NpyReader.array(path: file("int16-big.npy")).integers() == [-3, -2, -1, 0, 1, 2])
        #expect(try NpyReader.array(path: file("uint8.npy")).floats() == [0, 1, 2, 3, 4, 5])
        #expect(try NpyReader.array(path: file("bool.npy")).integers() == [1, 0, 1, 0, 1, 0])
        let cube = try NpyReader.array(path: file("cube-columns.npy"))
        #expect(cube.shape == [2, 3, 4] && cube.integers() == (0..<24).map(Int64.init))
        let scalar = try NpyReader.array(path: file("scalar.npy"))
        #expect(scalar.shape == [] && scalar.doubles() == [2.5])
    }

    @Test func texts() throws {
        let array = try NpyReader.array(path: file("text.npy"))
        #expect(array.shape == [2, 2] && array.strings() == ["a", "bé", "", "😀d"])
        #expect(array.doubles() == nil && array.integers() == nil)
        #expect(try NpyReader.array(path: file("bytes.npy")).strings() == ["ab", "c"])
    }

    @Test func objectsGoThroughThePickleInterpreter() throws {
        let watch = try NpyReader.value(path: file("objects.npy"))
        let series = try #require(watch["X"]?.elements)
        #expect(series.map { $0.array?.shape } == [[3, 2], [5, 2]])
        #expect(series[1].array?.doubles() == (0..<10).map(Double.init))
        #expect(watch["y"]?.array?.integers() == [1, 0])
        #expect(watch["labels"]?.elements?.map(\.string) == ["walk", "run"])
        let list = try #require(try NpyReader.value(path: file("object-list.npy")).elements)
        #expect(list.count == 3 && list[2].string == "x")
        #expect { try NpyReader.array(path: file("objects.npy")) } throws: {
            "\($0)".contains("contains Python objects")
        }
    }

    @Test(arguments: [
        ("complex.npy", "elements of type '<c8' are not supported"),
        ("structured.npy", "structured types are not supported"),
        ("hostile.npy", "refuses posix.system"), ("eval.pickle", "is a Python pickle, expected a NumPy array (.npy)"),
        ("missing.npy", "No such file"),
    ])
    func unsupportedFeaturesAreNamed(name: String, expected: String) {
        #expect {
            try NpyReader.value(path: file(name))
        } throws: {
            "\($0)".contains(name) && "\($0)".contains(expected)
        }
    }

    @Test(arguments: [
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (1152921504606846976,)}", "do not fill"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296)}", "do not fill"),
        ("{'descr': '<U0', 'fortran_order': False, 'shape': (1152921504606846976,)}", "do not fill"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", "expected sizes"),
        ("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "expected sizes"),
        ("{'descr': '<f4', 'fortran_order': __import__('os'), 'shape': ()}", "expected True or False"),
        ("{'descr': '<f4', 'shape': ()}", "expected the keys"),
        ("{", "expected text in quotes"),
    ])
    func invalidHeadersAreRefused(header: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let length = UInt16(header.utf8.count)
        let bytes = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
        let path = try folder.write(bytes + Array(header.utf8) + [0, 0, 0, 0], to: "x.npy")
        #expect { try NpyReader.value(path: path) } throws: { "\($0)".contains(expected) && "\($0)".contains("x.npy") }
    }

    @Test func truncationIsRefusedAtEveryByte() throws {
        let whole = try Array(#require(FileManager.default.contents(atPath: file("float32.npy"))))
        for length in 0..<whole.count {
            #expect(throws: ReaderError.self) {
                try NpyReader.value(ByteRegion(Array(whole.prefix(length))), file: "x")
            }
        }
    }

    @Test(arguments: ["float64-columns.npy", "text.npy", "objects.npy"])
    func twelveThousandMutationsNeverCrash(name: String) throws {
        let original = try Array(#require(FileManager.default.contents(atPath: file(name))))
        var mutations = Mutations(seed: 1)
        for _ in 0..<4_000 {
            do {
                let value = try NpyReader.value(ByteRegion(mutations.mutate(original)), file: "x")
                _ = value.array?.doubles()
                _ = value.array?.strings()
                for element in value["X"]?.elements ?? [] { _ = element.array?.doubles() }
            } catch is ReaderError {
            }
        }
    }
}
