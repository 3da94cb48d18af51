import Foundation
import Torch

/// Reads files with one array of numbers: `.npy`, `.npz` and CSV.
enum ArrayFile {
    /// The endings of file names.
    static let endings = ["npy", "npz"]

    /// An array of numbers, row-major.
    struct Content {
        let shape: [Int]
        let values: [Float]
    }

    /// Reads an array.
    ///
    /// - Throws: `FileError`, or `ReaderError` naming the file and the problem.
    static func content(path: String) throws -> Content {
        let region = try ByteRegion(path: path)
        switch (path as NSString).pathExtension.lowercased() {
        case "npz":
            let arrays = try NpzReader.arrays(path: path)
            guard arrays.count == 1, let array = arrays.values.first else {
                let names = arrays.keys.sorted().prefix(5).joined(separator: ", ")
                throw ReaderError(file: path, reason: "\(arrays.count) arrays (\(names)), expected one")
            }
            return try content(array, path)
        case "csv", "tsv", "txt":
            try region.checkText("rows of numbers", file: path)
            return try rows(path)
        default:
            try region.check("a NumPy array (.npy)", accepting: [.npy], file: path)
            return try content(NpyReader.array(path: path), path)
        }
    }

    private static func content(_ array: NumpyArray, _ path: String) throws -> Content {
        guard let values = array.floats() else {
            throw ReaderError(file: path, reason: "an array of texts, expected numbers")
        }
        guard !values.isEmpty else { throw ReaderError(file: path, reason: "an array without numbers") }
        return Content(shape: array.shape, values: values)
    }

    private static func rows(_ path: String) throws -> Content {
        let separator: Character = (path as NSString).pathExtension.lowercased() == "tsv" ? "\t" : ","
        var table = try CSVTable(path: path, hasHeader: false, separator: separator)
        if !table.rows.isEmpty, !table.hasNumbersOnly(row: 0) {
            table = try CSVTable(path: path, hasHeader: true, separator: separator)
        }
        guard let width = table.rows.first?.count else { throw ReaderError(file: path, reason: "no rows of numbers") }
        let values = try table.rows.indices.flatMap { try table.numbers(ofRow: $0).map { Float($0) } }
        return Content(shape: [table.rows.count, width], values: values)
    }
}
