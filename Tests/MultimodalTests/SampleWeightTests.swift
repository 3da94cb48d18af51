import TestSupport
import Testing
import Torch

@testable import Multimodal

/// `class_weights` and `sample_weights` of a task.
@Suite struct SampleWeightTests {
    /// Eight rows, six of class a and two of class b, with the weights 1, 2, 1, 2, ….
    private func folder(weights: [Float] = [1, 2, 1, 2, 1, 2, 1, 2]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try DatasetDescription(
            name: "d", modalities: ["table": ModalityDescription(kind: .table, axes: [1], channels: 1)],
            targets: ["kind": .classification(["a", "b"]), "trust": .regression(), "tags": .multilabel(["x", "y"])]
        ).write(to: folder.path("dataset.json"))
        for split in Split.allCases {
            try SafetensorsWriter.write(
                [
                    "table": Tensor((0..<8).map(Float.init), shape: [8, 1, 1]),
                    "target/kind": Tensor([0, 0, 0, 1, 0, 0, 0, 1] as [Int64], shape: [8]),
                    "target/trust": Tensor(weights, shape: [8]),
                    "target/tags": Tensor([Float](repeating: 0, count: 16), shape: [8, 2]),
                ], to: folder.path(split.fileName))
        }
        return folder
    }

    private func task(_ settings: String, target: String = "kind", _ folder: TemporaryFolder) throws -> OpenedTask {
        let suite = try Multimodal.Suite(
            yaml: """
                {name: s, datasets: {d: {path: \(folder.path)}}, tasks: {t: {dataset: d, target: \(target), \(settings)}}}
                """)
        return try #require(suite.open(dataRoot: "").first)
    }

    @Test func balancedClassesWeighTheSameInSum() throws {
        let task = try task("class_weights: balanced", folder())
        let weights = try #require(task.weights)
        // 8 / (2 · 6) and 8 / (2 · 2), as scikit-learn's class_weight="balanced".
        let expected: [Float] = [2 / 3, 2 / 3, 2 / 3, 2, 2 / 3, 2 / 3, 2 / 3, 2]
        #expect(zip(weights, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(try BatchReader(task, split: .train).batch([3, 0]).weights == [weights[3], weights[0]])
        #expect(try BatchReader(task, split: .valid).batch([3, 0]).weights == nil)
    }

    /// A fit without weights sees rows as often as they weigh.
    @Test func rowsAreDrawnByWeight() throws {
        let rows = Array(0..<8)
        #expect(try task("class_weights: [0, 1]", folder()).drawnByWeight(rows) == [3, 3, 3, 3, 7, 7, 7, 7])
        #expect(try task("class_weights: [1, 3]", folder()).drawnByWeight(rows) == [0, 2, 3, 3, 4, 6, 7, 7])
        #expect(try task("weight: 2", folder()).drawnByWeight(rows) == rows)
    }

    @Test func missingWeightsAreNamed() throws {
        let folder = try folder()
        let path = folder.path(Split.train.fileName)
        var tensors = try SafetensorsFile(path: path).tensors()
        tensors["present/target/trust"] = try Tensor([true, true, true, true, true, false, true, true], shape: [8])
        try SafetensorsWriter.write(tensors, to: path)
        #expect { _ = try task("sample_weights: trust", folder) } throws: {
            "\($0)".contains("row 5 has no 'target/trust', expected a weight for each training row")
        }
    }

    @Test func statedWeightsMultiply() throws {
        let weights = try #require(try task("class_weights: [1, 3], sample_weights: trust", folder()).weights)
        // The products 1, 2, 1, 6, 1, 2, 1, 6 have the mean 2.5.
        #expect(weights == [1, 2, 1, 6, 1, 2, 1, 6].map { Float($0 / 2.5) })
        #expect(try task("weight: 2", folder()).weights == nil)
    }

    @Test(arguments: [
        ("class_weights: [1, 2, 3]", "kind", "tasks.t.class_weights: 3 numbers, expected 2"),
        ("class_weights: often", "kind", "tasks.t.class_weights: 'often', expected balanced"),
        ("class_weights: [0, 0]", "kind", "tasks.t.class_weights"),
        ("class_weights: balanced", "trust", "tasks.t.class_weights: a regression target"),
        ("sample_weights: trusts", "kind", "tasks.t.sample_weights: 'trusts'"),
        ("sample_weights: kind", "kind", "tasks.t.sample_weights: 'kind'"),
    ])
    func unsuitableWeightsAreNamed(settings: String, target: String, expected: String) throws {
        let folder = try folder()
        #expect {
            _ = try task(settings, target: target, folder)
        } throws: { error in
            "\(error)".contains(expected)
        }
    }

    @Test func negativeWeightsAreNamed() throws {
        let folder = try folder(weights: [1, 1, -2, 1, 1, 1, 1, 1])
        #expect {
            _ = try task("sample_weights: trust", folder)
        } throws: { error in
            "\(error)".contains("'target/trust' of row 2 is -2.0")
        }
    }
}
