import TestSupport
import Testing

@testable import Multimodal

/// Copies, constant inputs, outliers and classes that `data inspect` reports.
@Suite struct DatasetFindingTests {
    private typealias Row = (walk: [Float], card: [Float], kind: Double, size: Double)

    private func summary(_ rows: [Split: [Row]], classes: Int = 3) throws -> DatasetSummary {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "found",
            modalities: [
                "walk": ModalityDescription(kind: .timeSeries, axes: [4], channels: 2),
                "card": ModalityDescription(kind: .table, axes: [3], channels: 1),
            ], targets: ["kind": .classification((0..<classes).map { "k\($0)" }), "size": .regression()])
        let writer = DatasetWriter(
            description, layouts: [:], rows: rows.mapValues(\.count), folder: folder.path("found"))
        return try DatasetSummary(
            writer.write { split, row in
                let row: Row = rows[split]?[row] ?? ([], [], 0, 0)
                return Sample(
                    inputs: ["walk": row.walk, "card": row.card], targets: ["kind": [row.kind], "size": [row.size]])
            })
    }

    private func rows(_ count: Int, from start: Int) -> [Row] {
        (start..<start + count).map { row in
            let number = Float(row)
            return (
                (0..<8).map { Float(($0 * 7 + row * 5) % 11) + number / 100 },
                (0..<3).map { number * Float($0 + 1) / 7 },
                Double(row % 3), Double(row) / 10
            )
        }
    }

    private func sound() -> [Split: [Row]] {
        [.train: rows(30, from: 1), .valid: rows(10, from: 101), .test: rows(10, from: 201)]
    }

    @Test func soundDatasetHasNoFindings() throws {
        let summary = try summary(sound())
        #expect(summary.repetitions.isEmpty && summary.findings.isEmpty)
    }

    @Test func copiesAreFoundEvenIfRounded() throws {
        var data = sound()
        let train = data[.train] ?? []
        data[.valid]?[3] = train[5]
        // One modality of a row, with a relative difference of 1e-6.
        data[.test]?[1].walk = train[2].walk.map { $0 * 1.000001 }
        // Three equal numbers are a coincidence.
        data[.test]?[4].card = train[9].card
        data[.train]?[20] = train[19]
        data[.train]?[22].walk = [0, 0, 0, 0, 0, 0, 0, 0]
        data[.test]?[7].walk = [-0.0, 0, 0, 0, -0.0, 0, 0, 0]
        let summary = try summary(data)
        #expect(
            summary.repetitions == [
                .init(split: .train, earlier: .train, rows: 1), .init(split: .valid, earlier: .train, rows: 1),
                .init(modality: "walk", split: .test, earlier: .train, rows: 2),
            ])
    }

    @Test func constantInputsAndOutliersAreFound() throws {
        var data = sound()
        for split in Split.allCases {
            for row in data[split, default: []].indices { data[split]?[row].card[1] = 4 }
        }
        data[.train]?[3].walk[3] = 1e6
        data[.train]?[4].size = -9999
        let findings = try summary(data).findings
        #expect(findings.map(\.kind) == [.constant, .outliers, .outliers])
        #expect(findings.map(\.subject) == ["card", "walk", "size"] && findings.map(\.count) == [1, 1, 1])
        #expect(findings[0].text.hasPrefix("1 of 3 columns (the first is column 1) have the same value"))
        #expect(findings[1].text.contains("1e+06 in channel 1") && findings[2].text.contains("-9999"))
    }

    /// A channel that is mostly zero has no middle range; its other values are no outliers.
    @Test func mostlyEmptyChannelsHaveNoOutliers() throws {
        var data = sound()
        for row in data[.train, default: []].indices {
            for place in 0..<4 { data[.train]?[row].walk[2 * place] = row % 7 == 0 ? 5 : Float(place) * 1e-4 }
        }
        #expect(try summary(data).findings.isEmpty)
    }

    /// A hundredth of the values is not zero: events, among which only the last is an outlier.
    @Test func rareEventsAreNoOutliers() throws {
        var data = sound()
        for row in data[.train, default: []].indices {
            for place in 0..<4 { data[.train]?[row].walk[2 * place] = row < 3 ? Float(1 + row + place) : 0 }
        }
        #expect(try summary(data).findings.isEmpty)
        data[.train]?[2].walk[6] = 1e6
        #expect(try summary(data).findings.map(\.kind) == [.outliers])
    }

    @Test func classesThatAreUnusedRareOrDominatingAreFound() throws {
        var data = sound()
        for row in data[.train, default: []].indices { data[.train]?[row].kind = row == 0 ? 1 : 0 }
        let findings = try summary(data, classes: 4).findings
        #expect(findings.map(\.kind) == [.unusedClasses, .singleRows, .imbalance])
        #expect(findings[0].text == "2 of 4 classes have no training row: 'k2', 'k3'; 'k2' in other splits only")
        #expect(findings[1].text == "1 of 4 classes have a single training row: 'k1'")
        #expect(findings[2].text.hasPrefix("class 'k0' has 96.67 % of the training rows"))
        for row in data[.train, default: []].indices { data[.train]?[row].kind = 2 }
        #expect(try summary(data).findings.map(\.kind) == [.unusedClasses, .constant])
    }
}
