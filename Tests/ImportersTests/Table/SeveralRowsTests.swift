import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Importers

/// Tables with several rows per sample: at irregular times, and without a time.
@Suite struct SeveralRowsTests {
    /// Returns the encoded rows of a table, and its description.
    private func imported(
        _ text: String, yaml: String? = nil
    ) throws -> (description: TableDescription, modality: ModalityDescription, samples: [Sample]) {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "t.csv")
        if let yaml { try folder.write("file: t.csv\n" + yaml, to: "t.yaml") }
        let source = try TableImport(file: folder.path(yaml == nil ? "t.csv" : "t.yaml"), targets: ["y"])
        let dataset = try source.run(to: folder.path("d")).dataset
        let encoding = try #require(dataset.description.encoding)
        var table = try EncodedTable(file: folder.path("t.csv"), encoding: encoding)
        let samples = try (0..<table.count).map { try table.sample($0) }
        return (encoding, try #require(dataset.description.modalities["series"]), samples)
    }

    private func rows(_ times: (Int, Int) -> String?) -> String {
        var text = times(0, 0) == nil ? "id,v,y\n" : "id,time,v,y\n"
        for sample in 0..<12 {
            for step in 0..<3 + sample % 2 {
                let time = times(sample, step).map { "\($0)," } ?? ""
                text += "s\(sample),\(time)\(sample * 10 + step),\(sample % 2)\n"
            }
        }
        return text
    }

    @Test func irregularTimesAreAChannel() throws {
        let moments = [0.0, 1.5, 7, 100]
        let found = try imported(rows { "\(Double($0) + moments[$1])" })
        #expect(found.modality.kind == .timeSeries && found.modality.axes == [4] && found.modality.channels == 2)
        #expect(found.modality.description?.contains("then the time since the first step") == true)
        #expect(found.samples[1].inputs["series"] == [10, 0, 11, 1.5, 12, 7, 13, 100])
        #expect(found.samples[2].inputs["series"] == [20, 0, 21, 1.5, 22, 7, 0, 0])
        #expect(found.samples[2].valid["series"] == [true, true, true, false])
        #expect(found.description.modalities["series"]?.elapsed?.first == 0)
    }

    @Test func evenlySpacedTimesAreNot() throws {
        for times in [{ "\($0 + 2 * $1)" }, { "2024-01-0\($1 + 1) 0\($0 % 10):00" }] as [(Int, Int) -> String?] {
            let found = try imported(rows(times))
            #expect(found.modality.channels == 1 && found.description.modalities["series"]?.elapsed == nil)
            #expect(found.samples[2].inputs["series"] == [20, 21, 22, 0])
        }
    }

    @Test func rowsWithoutATimeAreASet() throws {
        for yaml in [nil, "columns: {id: id, v: value, y: target}"] {
            let found = try imported(rows { _, _ in nil }, yaml: yaml)
            #expect(found.modality.kind == .set && found.modality.axes == [4] && found.modality.channels == 1)
            #expect(found.samples.count == 12 && found.samples[3].inputs["series"] == [30, 31, 32, 33])
        }
    }

    @Test func aTimeFarBeyondTrainingIsCounted() throws {
        let folder = try TemporaryFolder()
        let moments = [0.0, 1.5, 7, 100]
        try folder.write(rows { "\(Double($0) + moments[$1])" }, to: "t.csv")
        let dataset = try TableImport(file: folder.path("t.csv"), targets: ["y"]).run(to: folder.path("d")).dataset
        try folder.write("id,time,v\na,0,5\na,9000,5\n", to: "n.csv")
        var table = try EncodedTable(
            file: folder.path("n.csv"), encoding: #require(dataset.description.encoding))
        _ = try table.sample(0)
        #expect(table.tally.counts(of: .farOutside) == ["time": 1])
    }

    @Test func valuesNeedAnID() throws {
        #expect { try imported("v,y\n1,0\n2,1\n", yaml: "columns: {v: value, y: target}") } throws: {
            "\($0)".contains("t.csv: column 'v' is one of several values, but no column is the id of its sample")
        }
    }
}
