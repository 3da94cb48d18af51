import Files
import Foundation
import TestSupport
import Testing

@testable import Heterogeneity

/// Matrices and groups hold their own checksums.
@Suite struct DamagedRecordTests {
    private let folder: TemporaryFolder
    private var file: String { folder.path("record.json") }

    init() throws { folder = try TemporaryFolder() }

    private func matrix() throws -> HeterogeneityMatrix {
        try HeterogeneityMatrix(
            json: Data(#"{"names": ["a", "b", "c"], "values": [[0, 0.25, 0.5], [0.25, 0, 0.75], [0.5, 0.75, 0]]}"#.utf8)
        )
    }

    private func change(_ old: String, to new: String) throws {
        let text = String(decoding: try folder.bytes("record.json"), as: UTF8.self)
        try #require(text.contains(old))
        try folder.write(text.replacing(old, with: new), to: "record.json")
    }

    @Test func aChangedMatrixIsRefused() throws {
        let url = URL(fileURLWithPath: file)
        try matrix().write(to: url)
        #expect(try HeterogeneityMatrix(contentsOf: url) == matrix())
        try change("0.25", to: "0.26")
        let error = #expect(throws: MatrixError.self) { try HeterogeneityMatrix(contentsOf: url) }
        let text = error.map { "\($0)" } ?? ""
        #expect(
            text.contains("record.json") && text.contains("is damaged") && text.contains("delete its key"), "\(text)")
    }

    /// A matrix that was edited on purpose is read without the key.
    @Test func aMatrixWithoutChecksumIsRead() throws {
        try folder.write(Array(try matrix().json()), to: "record.json")
        try change("0.25", to: "0.26")
        #expect(try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: file)).values[0, 1] == 0.26)
    }

    @Test func changedGroupsAreRefused() throws {
        let groups = try SharingGroups(
            modalities: matrix(), interactions: nil, linkage: .average, encoderCut: .groups(2), crossmodalCut: nil)
        try groups.write(to: file)
        #expect(try SharingGroups(file: file) == groups)
        try change("average", to: "single")
        let error = #expect(throws: FileError.self) { try SharingGroups(file: file) }
        #expect(error?.reason.contains("is damaged") == true && error?.path == file)
    }
}
