import Foundation
import TestSupport
import Testing
import Torch

@testable import Multimodal

/// Long rows are read from the file, short ones copied from its mapping.
@Suite("Reading rows") struct RowReadingTests {
    private func split(_ folder: TemporaryFolder, width: Int) throws -> DatasetSplit {
        let description = DatasetDescription(
            name: "rows", modalities: ["a": ModalityDescription(kind: .table, axes: [width], channels: 1)],
            targets: ["y": .classification(["u", "v"])])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 7, .valid: 1, .test: 1], folder: folder.path("rows")
        ).write { _, row in
            Sample(inputs: ["a": (0..<width).map { Float(1000 * row + $0) }], targets: ["y": [Double(row % 2)]])
        }
        return try Dataset(folder: folder.path("rows")).rows(of: .train)
    }

    /// 255 numbers are 1020 bytes, 256 are 1024.
    @Test(arguments: [3, 255, 256, 5000]) func rowsOfEveryLength(width: Int) throws {
        let folder = try TemporaryFolder()
        let split = try split(folder, width: width)
        let rows = [6, 0, 3, 3]
        var numbers = [Float](repeating: -1, count: rows.count * width)
        try numbers.withUnsafeMutableBytes { try split.copy("a", rows: rows, into: $0) }
        #expect(numbers == rows.flatMap { row in (0..<width).map { Float(1000 * row + $0) } })
    }

    /// A mapping of the lost part would end the program by a signal.
    @Test func aFileThatWasCutShortIsNamed() throws {
        let folder = try TemporaryFolder()
        let split = try split(folder, width: 5000)
        #expect(truncate(split.file.path, off_t(split.file.byteCount / 2)) == 0)
        var numbers = [Float](repeating: 0, count: 5000)
        #expect {
            try numbers.withUnsafeMutableBytes { try split.copy("a", rows: [6], into: $0) }
        } throws: {
            "\($0)".contains("train.safetensors: ends early; it was changed while in use")
        }
    }
}
