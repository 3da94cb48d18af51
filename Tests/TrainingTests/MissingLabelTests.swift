import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Training

/// Samples that have some labels or components of a target and lack others.
@Suite struct MissingLabelTests {
    /// Forty rows with three labels and two components; every fifth label and component is unknown.
    private func folder(unknown: Float = 0) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try DatasetDescription(
            name: "d", modalities: ["table": ModalityDescription(kind: .table, axes: [2], channels: 1)],
            targets: ["tags": .multilabel(["x", "y", "z"]), "place": .regression(width: 2)]
        ).write(to: folder.path("dataset.json"))
        let rows = 0..<40
        let table = rows.flatMap { [Float($0 % 8) - 3.5, Float($0 % 5) - 2] }
        let isKnown: [Bool] = rows.flatMap { row in (0..<3).map { (3 * row + $0) % 5 != 0 } }
        let hasPart: [Bool] = rows.flatMap { row in (0..<2).map { (2 * row + $0) % 5 != 0 } }
        var tags: [Float] = rows.flatMap { row in (0..<3).map { (row + $0) % 8 > 3 ? 1 : 0 } }
        var places: [Float] = rows.flatMap { [Float($0 % 8), 10 * Float($0 % 5)] }
        for index in tags.indices where !isKnown[index] { tags[index] = unknown }
        for index in places.indices where !hasPart[index] { places[index] = unknown }
        for split in Split.allCases {
            try SafetensorsWriter.write(
                [
                    "table": Tensor(table, shape: [40, 2, 1]), "target/tags": Tensor(tags, shape: [40, 3]),
                    "present/target/tags": Tensor(isKnown.map { $0 ? 1 : 0 } as [Float], shape: [40, 3])
                        .to(dtype: .bool),
                    "target/place": Tensor(places, shape: [40, 2]),
                    "present/target/place": Tensor(hasPart.map { $0 ? 1 : 0 } as [Float], shape: [40, 2])
                        .to(dtype: .bool),
                ], to: folder.path(split.fileName))
        }
        return folder
    }

    private func suite(_ folder: TemporaryFolder) throws -> Multimodal.Suite {
        try Multimodal.Suite(
            yaml: """
                name: s
                datasets: {d: {path: \(folder.path)}}
                tasks: {tags: {dataset: d, target: tags}, place: {dataset: d, target: place}}
                training: {recipe: robust, epochs: 3}
                """)
    }

    /// Whatever stands in place of what is unknown, NaN included, changes nothing.
    @Test func unknownValuesHaveNoInfluence() throws {
        var weights: [[UInt8]] = []
        for unknown in [Float(0), 9, .nan] {
            let data = try folder(unknown: unknown)
            #expect(try Dataset(folder: data.path).problems() == [])
            let suite = try suite(data)
            let run = try TemporaryFolder()
            let directory = RunDirectory(run.path("r"))
            let stage = try StageRun(.first, of: OpenedSuite(suite, dataRoot: ""), run: directory, device: .cpu)
            _ = try stage.train()
            weights.append(
                Array(try Data(contentsOf: URL(fileURLWithPath: directory.checkpoints(stage: .first).bestPath))))
        }
        #expect(weights[0] == weights[1] && weights[0] == weights[2])
    }

    @Test func lossesAreMeansOfWhatASampleHas() throws {
        let data = try folder()
        let task = try #require(suite(data).open(dataRoot: "").first { $0.name == "tags" })
        let objective = try TaskObjective(task)
        let outputs = try Tensor([0.5, -1, 0, 2, 0, 1] as [Float], shape: [2, 3])
        let target = try Tensor([1, .nan, .nan, 0, 1, .nan] as [Float], shape: [2, 3])
        // log(1 + exp(-0.5)), and the mean of log(1 + exp(2)) and log(2).
        let expected = [0.474_076_984, 1.410_037_596]
        let losses = try objective.sampleLosses(outputs, target).doubles()
        #expect(zip(losses, expected).allSatisfy { abs($0 - $1) < 1e-6 })
        #expect(abs(try objective.loss(outputs, target).item() - 0.942_057_29) < 1e-6)
        let regression = try TaskObjective(
            #require(suite(data).open(dataRoot: "").first { $0.name == "place" }))
        // Means and deviations of the rows that have the component.
        let rows = Array(0..<40)
        let first = rows.filter { 2 * $0 % 5 != 0 }.map { Double($0 % 8) }
        let mean = first.reduce(0, +) / Double(first.count)
        let variance = first.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(first.count)
        #expect(abs(regression.mean[0] - mean) < 1e-9 && abs(regression.deviation[0] - variance.squareRoot()) < 1e-6)
    }

    /// Losses that are computed together with the heads count the same labels and components.
    @Test func lossesOfHeadsAreMeansOfWhatASampleHas() throws {
        let data = try folder()
        let tasks = try suite(data).open(dataRoot: "")
        let outputs: [Float] = [0.5, -1, 0, 2, 0, 1]
        for (name, width) in [("tags", 3), ("place", 2)] {
            let objective = try TaskObjective(#require(tasks.first { $0.name == name }))
            let values: [Float] = [1, .nan, .nan, 0, 1, .nan]
            let target = try Tensor(Array(values[..<(2 * width)]), shape: [2, width])
            let own = Array(outputs[..<(2 * width)])
            let wanted = try objective.sampleLosses(Tensor(own, shape: [2, width]), target).doubles()
            let found = try FusedLossesTests.fusedLosses(of: objective, own, target)
            for (found, wanted) in zip(found, wanted) { #expect(abs(found - wanted) < 1e-5 * max(1, wanted)) }
        }
    }

    /// Values of scikit-learn 1.9 for each label over the rows that have it, then the mean.
    @Test func scoresCountWhatIsKnown() throws {
        var labels = Predictions(.multilabel(["x", "y"]))
        try labels.add(
            outputs: Tensor([1, -1, -2, 3, 0.5, -0.5, -1, 2] as [Float], shape: [4, 2]),
            truths: Tensor([1, .nan, 0, 1, 0, 0, .nan, 0] as [Float], shape: [4, 2]))
        #expect(abs(labels.value(of: .accuracy) - 4.0 / 6) < 1e-12)
        // x: accuracy_score 2/3, f1_score 2/3, roc_auc_score 1; y: 2/3, 2/3, 1.
        #expect(abs(labels.value(of: .f1) - 2.0 / 3) < 1e-12)
        #expect(labels.value(of: .auroc) == 1)
        var numbers = Predictions(.regression(width: 2))
        try numbers.add(
            outputs: Tensor([1, 5, 2, 5, 3, 4] as [Float], shape: [3, 2]),
            truths: Tensor([1, .nan, 3, 6, .nan, 4] as [Float], shape: [3, 2]))
        // Squared errors 0, 1, 1, 0; squared deviations 2 and 2.
        #expect(abs(numbers.value(of: .rmse) - 0.5.squareRoot()) < 1e-6)
        #expect(abs(numbers.value(of: .r2) - 0.5) < 1e-6)
    }

    /// Weights multiply the losses of samples in training alone.
    @Test func weightsMultiplyTheLossesOfSamples() throws {
        let objective = TaskObjective(unstandardised: .classification, outputs: 2)
        let loss = TaskLoss("t", sampleLosses: objective.sampleLosses, loss: objective.loss)
        let outputs = try Tensor([0, 0, 1, 0] as [Float], shape: [2, 2])
        let target = try Tensor([0, 1] as [Int64], shape: [2])
        let (first, second) = (0.693_147_18, 1.313_261_69)
        #expect(abs(try loss.mean(outputs, target, weights: nil).item() - (first + second) / 2) < 1e-6)
        let weights = try Tensor([0.5, 1.5] as [Float], shape: [2])
        let weighted = try loss.mean(outputs, target, weights: weights).item()
        #expect(abs(weighted - (0.5 * first + 1.5 * second) / 2) < 1e-6)
    }
}
