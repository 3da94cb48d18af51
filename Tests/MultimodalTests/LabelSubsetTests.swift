import TestSupport
import Testing
import Torch

@testable import Multimodal

/// `training.labels`: part of the training labels.
@Suite struct LabelSubsetTests {
    /// 60 rows: 30 of class a, 24 of class b, 6 of class c; sizes from 0 to 59; two labels, of
    /// which the second is rare.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "d", modalities: ["table": ModalityDescription(kind: .table, axes: [1], channels: 1)],
            targets: [
                "kind": .classification(["a", "b", "c"]), "size": .regression(), "tags": .multilabel(["x", "y"]),
            ])
        try description.write(to: folder.path("dataset.json"))
        let rows = Array(0..<60)
        let kinds: [Int64] = rows.map { row in row % 10 == 0 ? 2 : Int64(row % 2) }
        let sizes: [Float] = rows.map { row in Float((row * 7) % 60) }
        let tags: [Float] = rows.flatMap { row in [Float(row % 2), row % 20 == 0 ? 1 : 0] }
        for split in Split.allCases {
            try SafetensorsWriter.write(
                [
                    "table": Tensor(rows.map(Float.init), shape: [60, 1, 1]),
                    "target/kind": Tensor(kinds, shape: [60]),
                    "target/size": Tensor(sizes, shape: [60]),
                    "target/tags": Tensor(tags, shape: [60, 2]),
                ], to: folder.path(split.fileName))
        }
        return folder
    }

    private func task(_ target: String, _ folder: TemporaryFolder, labels: Double?, seed: UInt64 = 1) throws
        -> OpenedTask
    {
        let suite = try Multimodal.Suite(
            yaml: """
                {name: s, seed: \(seed), datasets: {d: {path: \(folder.path)}},
                 training: {recipe: robust\(labels.map { ", labels: \($0)" } ?? "")},
                 tasks: {t: {dataset: d, target: \(target)}}}
                """)
        return try #require(suite.open(dataRoot: "").first)
    }

    private func values(_ task: OpenedTask) throws -> [Double] {
        let reader = BatchReader(task, split: .train)
        let target = try reader.target(Array(0..<reader.rows))
        return task.target.kind == .classification ? try target.integers().map { Double($0) } : try target.doubles()
    }

    @Test func classesAreDrawnInProportion() throws {
        let folder = try folder()
        let labels = try values(task("kind", folder, labels: 0.5))
        #expect(labels.count == 30)
        let counts = (0..<3).map { kind in labels.count { $0 == Double(kind) } }
        // 24 rows of class a, 30 of class b, 6 of class c.
        #expect(zip(counts, [12, 15, 3]).allSatisfy { abs($0 - $1) <= 1 })
    }

    @Test func everyClassHasARowHoweverSmallTheShare() throws {
        let labels = try values(task("kind", folder(), labels: 0.01))
        #expect(labels.sorted() == [0, 1, 2])
    }

    @Test func smallerSharesArePartOfLargerOnes() throws {
        let folder = try folder()
        for target in ["kind", "size", "tags"] {
            let rows = try [0.1, 0.3, 0.6, 1].map { share in
                try Set(#require(try task(target, folder, labels: share).labelledRows[.train]))
            }
            for (small, large) in zip(rows, rows.dropFirst()) { #expect(small.isStrictSubset(of: large)) }
            #expect(rows.last == Set(0..<60))
        }
    }

    @Test func aSeedDrawsTheSameRowsAndAnotherSeedOthers() throws {
        let folder = try folder()
        func rows(_ seed: UInt64) throws -> [Int]? {
            try task("kind", folder, labels: 0.2, seed: seed).labelledRows[.train]
        }
        #expect(try rows(1) == rows(1))
        #expect(try rows(1) != rows(2))
    }

    @Test func regressionsAreDrawnOverTheirRange() throws {
        let sizes = try values(task("size", folder(), labels: 1.0 / 6)).sorted()
        #expect(sizes.count == 10)
        for (tenth, size) in sizes.enumerated() { #expect((6 * tenth..<6 * tenth + 6).contains(Int(size))) }
    }

    @Test func rareLabelsAreDrawn() throws {
        let tags = try values(task("tags", folder(), labels: 0.05))
        #expect(tags.count == 2 * 3)
        #expect(stride(from: 1, to: tags.count, by: 2).contains { tags[$0] == 1 })
    }

    @Test func onlyLabelsAreLimited() throws {
        let folder = try folder()
        let (all, few) = (try task("kind", folder, labels: nil), try task("kind", folder, labels: 0.1))
        // The statistics of inputs need no labels.
        #expect(few.encodings == all.encodings && !few.encodings.isEmpty)
        #expect(few.rows(of: .valid) == 60 && few.rows(of: .test) == 60 && few.rows(of: .train) == 6)
    }

    @Test func sharesOutsideOfTheirRangeAreRejected() {
        for share in [0, 1.5] {
            #expect { try task("kind", folder(), labels: share) } throws: { "\($0)".contains("training.labels") }
        }
    }
}
