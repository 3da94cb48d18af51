import Foundation
import HighMMT
import Method
import Multimodal
import Numerics
import TestSupport
import Torch
import Training

/// A trained run of ``SmallSuite`` with two encoders, and a suite of a new task whose tokens are
/// wider.
final class TransferFixture {
    let small: SmallSuite
    let source: RunDirectory

    /// Trains the source.
    ///
    /// - Parameters:
    ///   - isGrouped: True to train a stage 2 with separate groups as well.
    ///   - crossmodal: Pair → group, from stage 1 on; empty for one group.
    init(isGrouped: Bool = false, crossmodal: [String: Int] = [:]) throws {
        small = try SmallSuite()
        source = RunDirectory(small.path("source"))
        var suite = try small.suite()
        suite.training.epochs = 2
        suite.training.stage2.epochs = 1
        let groups = Sharing(encoders: ["kind/b": 1, "kind/a": 0, "kind/c": 0], crossmodal: crossmodal)
        if !isGrouped {
            suite.model.groups = ModelSettings.Groups(
                encoders: groups.encoders.mapValues { "\($0)" }, crossmodal: crossmodal.mapValues { "\($0)" })
        }
        let data = try OpenedSuite(suite, dataRoot: small.dataRoot)
        _ = try StageTraining(.first, of: data, run: source, device: .cpu).perform()
        if isGrouped {
            _ = try StageTraining(.second(StageGroups(sharing: groups)), of: data, run: source, device: .cpu).perform()
        }
        try writeSigns()
    }

    private func writeSigns() throws {
        let description = DatasetDescription(
            name: "signs",
            modalities: [
                "wave": ModalityDescription(kind: .timeSeries, axes: [4], channels: 5),
                "card": ModalityDescription(kind: .table, axes: [3], channels: 1),
            ],
            targets: ["sign": .classification(["x", "y", "z"])])
        try FileManager.default.createDirectory(atPath: "\(small.dataRoot)/signs", withIntermediateDirectories: true)
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 60, .valid: 30, .test: 30], folder: "\(small.dataRoot)/signs"
        ).write { split, row in
            var random = RandomSource(seed: 9, purpose: "\(split)/\(row)")
            func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float(random.normal() + Double(row % 3)) } }
            return Sample(inputs: ["wave": numbers(20), "card": numbers(3)], targets: ["sign": [Double(row % 3)]])
        }
    }

    func suite(_ overrides: [String] = []) throws -> Multimodal.Suite {
        try Multimodal.Suite(
            yaml: """
                name: new
                seed: 4
                datasets: {cards: {path: cards}, signs: {path: signs}}
                tasks:
                  kind: {dataset: cards, target: kind}
                  sign: {dataset: signs, target: sign, role: transfer}
                training: {epochs: 2, epoch_batches: 4, summary: none, counts_start: false, learning_rate: 0.01}
                """, file: small.path("new.yaml"), overrides: overrides)
    }

    func transfer(groups: [String: String] = [:], tasks: [String]? = nil, _ overrides: [String] = []) throws
        -> TaskTransfer
    {
        try TaskTransfer(
            from: source, to: suite(overrides), tasks: tasks, groups: groups, dataRoot: small.dataRoot, device: .cpu)
    }

    func directory(_ name: String) -> RunDirectory { RunDirectory(small.path(name)) }

    /// Returns the latest parameters of a trained run.
    func parameters(_ name: String) throws -> [String: [Float]] {
        let file = try SafetensorsFile(path: directory(name).checkpoints(stage: .first).bestPath)
        return try file.tensors().mapValues { try $0.floats() }
    }

    /// Replaces the weights that bring tokens into the latents of an encoder of the source by
    /// zeros.
    func blind(encoder group: Int) throws {
        let path = source.checkpoints(stage: .first).bestPath
        var tensors = try SafetensorsFile(path: path).tensors()
        let name = "encoder.\(group).layer.0.cross_attention.output.weight"
        tensors[name] = try tensors[name].map { try $0 * 0 }
        try SafetensorsWriter.write(tensors, to: path)
    }

    /// Replaces the parameters of one crossmodal block of the source by those of another.
    func copyCrossmodal(from: Int, to: Int) throws {
        let path = source.checkpoints(stage: .first).bestPath
        var tensors = try SafetensorsFile(path: path).tensors()
        for (name, tensor) in tensors where name.hasPrefix("crossmodal.\(from).") {
            tensors["crossmodal.\(to)." + name.dropFirst("crossmodal.\(from).".count)] = tensor
        }
        try SafetensorsWriter.write(tensors, to: path)
    }
}
