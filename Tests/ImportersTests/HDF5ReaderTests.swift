import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func open(_ name: String) throws -> HDF5File { try HDF5File(path: Fixtures.path("hdf5-files/" + name)) }

@Suite struct HDF5ReaderTests {
    private let cube = (0..<70).map(Float.init)
    private let long = (0..<69).map(Double.init)

    @Test(arguments: ["default.h5", "latest.h5"])
    func contiguousDatasets(name: String) throws {
        let file = try open(name)
        let plain = try file.dataset("plain")
        #expect(plain.shape == [2, 5, 7] && plain.element == .float(4))
        #expect(try plain.array().floats() == cube)
        #expect(try plain.array(rows: 1..<2).floats() == Array(cube[35...]))
        #expect(try file.dataset("big").array().floats() == cube)
        #expect(try file.dataset("scalar").array().integers() == [-5])
        #expect(try file.dataset("empty").array().floats() == [])
        #expect(try file.dataset("flags").array().integers() == [1, 0, 1])
        #expect(try file.dataset("names").array().strings() == ["ab", "c"])
        #expect(try file.dataset("bytes").array().bytes() == [0, 1, 2, 3, 4, 5])
        #expect(try file.dataset("group/inner/half").array().doubles() == [0.5, -2])
        #expect(try file.members(of: "group").contains("inner"))
        #expect(try file.contains("group/inner/half") && !file.contains("group/other/half"))
    }

    @Test func chunkedDatasets() throws {
        let file = try open("default.h5")
        for name in ["gzip", "lzf", "all"] {
            let dataset = try file.dataset("chunks/" + name)
            #expect(try dataset.array().doubles() == long)
            #expect(try dataset.array(rows: 3..<12).doubles() == Array(long[9..<36]))
            #expect(try dataset.array(rows: 22..<23).doubles() == [66, 67, 68])
            #expect(try dataset.array(rows: 4..<4).doubles() == [])
        }
        #expect(try file.dataset("chunks/none").array().floats() == cube)
        #expect(try file.dataset("chunks/repeats").array().integers() == (0..<2100).map { Int64($0 % 7) })
        #expect(try open("latest.h5").dataset("group/more/whole").array().doubles() == long)
    }

    @Test func groupsWithManyMembers() throws {
        let file = try open("default.h5")
        #expect(try file.members(of: "many").count == 40)
        #expect(try file.dataset("many/trajectory37").array().integers() == [37, 37])
        #expect(try open("user-block.h5").dataset("plain").array().floats() == cube)
    }

    @Test(arguments: [
        ("default.h5", "chunks/hollow", "1 chunks, expected 5"), ("default.h5", "chunks/gzipp", "did you mean"),
        ("default.h5", "group", "is a group, expected a dataset"),
        ("latest.h5", "group/more/parts", "write the file with the default libver"),
        ("latest.h5", "group/dense/member1", "write the file with the default libver"),
        ("unsupported.h5", "texts", "variable-length elements are not supported"),
        ("unsupported.h5", "compound", "compound elements are not supported"),
        ("unsupported.h5", "complex", "compound elements are not supported"),
        ("unsupported.h5", "scaled", "filter 6"), ("generate.py", "x", "is plain text, expected an HDF5 file"),
    ])
    func unsupportedFeaturesAreNamed(name: String, dataset: String, expected: String) throws {
        #expect {
            try open(name).dataset(dataset).array()
        } throws: {
            "\($0)".contains(name) && "\($0)".contains(expected)
        }
    }

    private func readEverything(_ region: ByteRegion) throws {
        let file = try HDF5File(region, file: "x")
        for group in try file.members() {
            for name in try file.members(of: group) {
                do {
                    _ = try file.dataset("\(group)/\(name)").array().doubles()
                } catch is ReaderError {
                }
            }
        }
    }

    @Test func truncationNeverCrashes() throws {
        let whole = try Array(#require(FileManager.default.contents(atPath: Fixtures.path("hdf5-files/small.h5"))))
        for length in stride(from: 0, to: whole.count, by: 13) {
            do { try readEverything(ByteRegion(Array(whole.prefix(length)))) } catch is ReaderError {}
        }
    }

    @Test(arguments: ["small.h5", "latest.h5"])
    func tenThousandMutationsNeverCrash(name: String) throws {
        let original = try Array(#require(FileManager.default.contents(atPath: Fixtures.path("hdf5-files/" + name))))
        try expectNoCrash(of: original, readEverything)
    }
}
