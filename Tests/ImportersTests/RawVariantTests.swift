import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

/// The publishers' files under other names and in other forms that people have.
@Suite struct RawVariantTests {
    private static let small = ["training-rows": 20.0, "validation-rows": 10]

    private func imported(
        _ recipe: String, _ source: String, _ folder: TemporaryFolder, options: [String: Double] = [:],
        remark: (ImportRemark) -> Void = { _ in }
    ) throws -> Dataset {
        try RecipeCatalogue.recipe(named: recipe).run(
            from: folder.path(source), to: folder.path("out"), options: options, replaces: true, remark: remark)
    }

    private func bytes(_ dataset: Dataset) throws -> Data? {
        FileManager.default.contents(atPath: dataset.train.file.path)
    }

    @Test(arguments: ["-", "."])
    func imagesOfDigitsUnderOtherNames(mark: String) throws {
        let folder = try TemporaryFolder()
        try folder.copy(Fixtures.path("field-files/multimedia"), as: "raw")
        let expected = try bytes(imported("avmnist", "raw", folder, options: Self.small))
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path("raw/mnist")) {
            let packed = try folder.bytes("raw/mnist/" + name)
            let plain = try ArchiveReader.decompressed(ByteRegion(packed), file: name)
            try FileManager.default.removeItem(atPath: folder.path("raw/mnist/" + name))
            let other = name.dropLast(3).replacingOccurrences(of: "-idx", with: "\(mark)idx")
            try folder.write(plain, to: "raw/mnist/" + other)
        }
        #expect(try bytes(imported("avmnist", "raw", folder, options: Self.small)) == expected)
    }

    /// The file is what `numpy.save` writes for `data.astype("f4") / 255`.
    @Test func imagesInUnitRangeAreNotDividedAgain() throws {
        let folder = try TemporaryFolder()
        try folder.copy(Fixtures.path("multibench-files/avmnist"), as: "raw")
        let options = ["validation-rows": 1.0]
        let expected = try imported("avmnist-benchmark", "raw", folder, options: options).train.file.tensor(
            named: "image")
        for part in ["train", "test"] {
            let array = try NpyReader.array(path: folder.path("raw/image/\(part)_data.npy"))
            let values = try #require(array.floats()).map { $0 / 255 }
            var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(array.shape[0]), 784), }"
            header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
            let start = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
            try folder.write(start + values.withUnsafeBytes { Array($0) }, to: "raw/image/\(part)_data.npy")
        }
        var remarks: [ImportRemark] = []
        let dataset = try imported("avmnist-benchmark", "raw", folder, options: options) { remarks.append($0) }
        #expect(try dataset.train.file.tensor(named: "image").floats() == expected.floats())
        #expect(remarks.contains { $0.kind == .accepted && $0.subject.contains("image/train_data.npy") })
    }

    @Test(arguments: ["?", "NaN", "nan"])
    func paddingOfSeriesIsCut(mark: String) throws {
        let folder = try TemporaryFolder()
        let header = "@problemName x\n@timeStamps false\n@univariate false\n@classLabel true a b\n@data\n"
        func archive(_ name: String) throws -> TimeSeriesArchive {
            // The byte order mark is what some editors put in front of UTF-8.
            let text = "\u{FEFF}" + header + "1,2,3:4,5,6:a\n1,\(mark),\(mark):2,\(mark),\(mark):b\n"
            return try TimeSeriesArchive(path: folder.write(text, to: name))
        }
        let remarks = ImportRemarks()
        let rows = try ArchiveRows(
            train: archive("a.ts"), test: archive("b.ts"), dimensions: 2, folder: "x", valid: 0.5, purpose: "x",
            remarks: remarks)
        try rows.check(longest: 3)
        #expect(rows.row(.test, 1).series.dimensions == [[1], [2]])
        #expect(remarks.all.map(\.count) == [2])
    }

    @Test func tablesWithSemicolonsHaveDecimalCommas() throws {
        let folder = try TemporaryFolder()
        let table = try CSVTable(path: folder.write("\u{FEFF}a;b\r\n1,5;x, y\r\n2;z\r\n", to: "t.csv"), hasHeader: true)
        #expect(table.header == ["a", "b"] && table.rows == [["1,5", "x, y"], ["2", "z"]])
        #expect(try table.number(row: 0, column: 0) == 1.5 && table.number(row: 1, column: 0) == 2)
        let plain = try CSVTable(path: folder.write("a,b\n1;5,2\n", to: "u.csv"), hasHeader: true)
        #expect(plain.rows == [["1;5", "2"]])
    }

    /// Stays and values that the importer leaves out are counted.
    @Test func valuesOfStaysAreCounted() throws {
        let folder = try TemporaryFolder()
        try folder.copy(Fixtures.path("field-files/physionet2012"), as: "raw")
        var remarks: [ImportRemark] = []
        _ = try imported("physionet2012", "raw", folder) { remarks.append($0) }
        #expect(remarks.contains { $0.kind == .leftOut && $0.subject == "stays of unknown length" && $0.count > 0 })
        #expect(remarks.contains { $0.subject == "values below 0, which stand for unknown" && $0.count > 0 })
    }
}
