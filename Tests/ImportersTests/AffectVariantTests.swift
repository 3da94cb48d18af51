import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

/// Affect pickles in the layouts that people have. The values are NumPy's.
@Suite struct AffectVariantTests {
    private struct Expected: Decodable {
        let vision: [[Double]]
        let text: [[Double]]
        let counted: [[Double]]
        let labels: [Int64]

        enum CodingKeys: String, CodingKey {
            case vision, text, labels
            case counted = "audio-counted"
        }
    }

    private static func expected() throws -> Expected {
        let data = FileManager.default.contents(atPath: Fixtures.path("affect-variants/expected.json"))
        return try JSONDecoder().decode(Expected.self, from: try #require(data))
    }

    private func imported(_ variant: String, as recipe: String = "mosei", remark: (ImportRemark) -> Void = { _ in })
        throws -> Dataset
    {
        let folder = try TemporaryFolder()
        let name = recipe == "mosei" ? "mosei_senti_data.pkl" : "sarcasm.pkl"
        try FileManager.default.createDirectory(atPath: folder.path("raw"), withIntermediateDirectories: true)
        try folder.copy(Fixtures.path("affect-variants/\(variant).pkl"), as: "raw/\(name)")
        return try RecipeCatalogue.recipe(named: recipe).run(
            from: folder.path("raw"), to: folder.path("out"), remark: remark)
    }

    private func values<Value>(_ split: DatasetSplit, _ name: String, as type: Value.Type) throws -> [Value] {
        try split.withBytes(of: name) { bytes in
            let width = MemoryLayout<Value>.size
            return (0..<bytes.count / width).map { bytes.loadUnaligned(fromByteOffset: $0 * width, as: type) }
        }
    }

    private func isClose(_ values: some Collection<Float>, _ expected: [[Double]]) -> Bool {
        let flat = expected.flatMap { $0 }
        return flat.count <= values.count && zip(values, flat).allSatisfy { abs(Double($0) - $1) < 1e-5 }
    }

    @Test(arguments: [
        "plain", "fortran", "lists", "list-of-arrays", "objects", "singles", "other-names", "one-hot",
    ])
    func everyLayoutGivesTheSameRows(variant: String) throws {
        let expected = try Self.expected()
        var remarks: [ImportRemark] = []
        let dataset = try imported(variant) { remarks.append($0) }
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == [3, 3, 3])
        #expect(try isClose(values(dataset.train, "vision", as: Float.self), expected.vision))
        #expect(try isClose(values(dataset.train, "text", as: Float.self), expected.text))
        #expect(try values(dataset.train, "target/sentiment", as: Int64.self) == expected.labels)
        // The fixtures are narrower than the published features, which is said.
        #expect(remarks.map(\.kind) == [.accepted, .accepted, .accepted])
    }

    @Test(arguments: [
        ("two-columns", "'train': 'labels' has shape [3, 2], expected one number per row"),
        ("ragged", "'valid': 'audio' element 1 has shape [3, 2], but element 0 has [4, 2]; expected equal shapes"),
        ("unnamed", "'valid': no 'audio', expected vision, audio, text and labels; it has vision, text, labels, id"),
    ])
    func otherLayoutsAreRefusedWithTheReason(variant: String, expected: String) {
        #expect { try imported(variant) } throws: { "\($0)".contains("mosei_senti_data.pkl: \(expected)") }
    }

    @Test func whatIsLeftOutOrReplacedIsCounted() throws {
        var remarks: [ImportRemark] = []
        let dataset = try imported("counted") { remarks.append($0) }
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == [2, 2, 3])
        let counts = Dictionary(uniqueKeysWithValues: remarks.map { ("\($0.kind.rawValue) \($0.subject)", $0.count) })
        #expect(counts["left_out rows without text"] == 1)
        #expect(counts["left_out rows without a label"] == 1)
        #expect(counts["replaced values of audio that are not finite, by 0"] == 3)
        #expect(counts["replaced values of vision that are not finite, by 0"] == 1)
        let audio = try values(dataset.train, "audio", as: Float.self)
        #expect(try isClose(audio[100...], Self.expected().counted))
    }

    @Test func labelsWithSignsAreClasses() throws {
        var remarks: [ImportRemark] = []
        let signs = try imported("signs", as: "sarcasm-benchmark") { remarks.append($0) }
        let classes = try imported("classes", as: "sarcasm-benchmark")
        #expect(try values(signs.train, "target/sarcasm", as: Int64.self) == [1, 0, 1])
        #expect(try values(classes.train, "target/sarcasm", as: Int64.self) == [1, 0, 1])
        #expect(remarks.contains { $0.subject == "labels from −1 and 1 to 0 and 1" && $0.count == 9 })
    }
}
