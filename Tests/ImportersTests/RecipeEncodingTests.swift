import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Importers

/// The encodings that recipes state turn their raw files into the numbers of their datasets.
@Suite struct RecipeEncodingTests {
    private static let raw = Fixtures.path("field-files")

    /// Encodes the samples of a table as the dataset says, and returns those that are not in it.
    private func strangers(_ recipe: String, _ source: String, table: String, in folder: TemporaryFolder) throws -> Int
    {
        let dataset = try RecipeCatalogue.recipe(named: recipe).run(from: source, to: folder.path("d"))
        let encoding = try #require(dataset.description.encoding)
        var samples = try EncodedTable(file: table, encoding: encoding)
        var stored: [String: Set<[Float]>] = [:]
        for (name, modality) in dataset.description.modalities {
            for split in Split.allCases {
                let values = try dataset.rows(of: split).file.tensor(named: name).floats()
                for start in stride(from: 0, to: values.count, by: modality.elements) {
                    stored[name, default: []].insert(Array(values[start..<start + modality.elements]))
                }
            }
        }
        var strangers = 0
        for index in 0..<samples.count {
            let sample = try samples.sample(index)
            for (name, modality) in dataset.description.modalities {
                guard var values = sample.inputs[name] else { continue }
                modality.statistics?.standardise(&values)
                for (token, isValid) in (sample.valid[name] ?? []).enumerated() where !isValid {
                    for place in token * modality.channels..<(token + 1) * modality.channels { values[place] = 0 }
                }
                if stored[name]?.contains(values) != true { strangers += 1 }
            }
        }
        return strangers
    }

    @Test func spokenDigits() throws {
        let folder = try TemporaryFolder()
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.raw + "/multimedia/fsdd")
            .filter { $0.hasSuffix(".wav") }
        #expect(files.count > 20)
        try folder.write("speech\n" + files.map { "\(Self.raw)/multimedia/fsdd/\($0)\n" }.joined(), to: "t.csv")
        #expect(
            try strangers("speaker", Self.raw + "/multimedia/fsdd", table: folder.path("t.csv"), in: folder) == 0)
    }

    @Test func dialogues() throws {
        struct Entry: Decodable {
            let utterance: String
            let context: [String]
        }
        let folder = try TemporaryFolder()
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.raw + "/mustard/sarcasm_data.json"))
        let entries = try JSONDecoder().decode([String: Entry].self, from: data).values
        let rows = try entries.map { entry in
            try JSONSerialization.data(
                withJSONObject: ["utterance": entry.utterance, "context": entry.context.joined(separator: " ")])
        }
        try folder.write(rows.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined(), to: "t.jsonl")
        #expect(try strangers("mustard", Self.raw + "/mustard", table: folder.path("t.jsonl"), in: folder) == 0)
    }

    @Test func screenshots() throws {
        let folder = try TemporaryFolder()
        let pages = Self.raw + "/website-aesthetics"
        let list = try CSVTable(path: pages + "/test_list.csv", hasHeader: true)
        try folder.write("page\n" + list.rows.map { "\(pages)/resized\($0[0])\n" }.joined(), to: "t.csv")
        #expect(try strangers("website-aesthetics", pages, table: folder.path("t.csv"), in: folder) == 0)
    }
}
