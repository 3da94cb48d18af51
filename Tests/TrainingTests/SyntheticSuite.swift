import Foundation
import Multimodal
import Numerics
import TestSupport
import Testing
import Torch
import Training

/// Two small tasks of different kinds and sizes, written as datasets. One has masks and the other
/// has not.
struct SyntheticSuite {
    /// The rows per split. Training has 6 batches of 4 and 3 batches of 4, so the second task joins
    /// late in an epoch.
    static let rows: [String: [Split: Int]] = [
        "gaits": [.train: 22, .valid: 9, .test: 7], "boxes": [.train: 11, .valid: 6, .test: 5],
    ]

    private static let text = """
        name: synthetic
        seed: 5
        datasets: {gaits: {path: gaits}, boxes: {path: boxes}}
        tasks:
          gait: {dataset: gaits, target: kind}
          size: {dataset: boxes, target: size, weight: 0.5}
        model:
          {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {cross_heads: 1, self_heads: 2},
           crossmodal: {cross_heads: 1, self_heads: 2}}
        training: {recipe: published, epochs: 3, batch: 4, learning_rate: 0.01, weight_decay: 0.001}
        """

    let folder: TemporaryFolder
    var dataRoot: String { folder.path("data") }

    /// Writes the datasets.
    ///
    /// - Parameter hasGaps: True to leave out the card in every fifth sample.
    init(hasGaps: Bool = false) throws {
        folder = try TemporaryFolder()
        let gaits = DatasetDescription(
            name: "gaits",
            modalities: [
                "walk": ModalityDescription(kind: .timeSeries, axes: [5], channels: 2),
                "card": ModalityDescription(kind: .table, axes: [3], channels: 1),
            ],
            targets: ["kind": .classification(["slow", "fast", "lame"])])
        _ = try DatasetWriter(
            gaits, layouts: ["walk": .init(isMasked: true), "card": .init(isOptional: hasGaps)],
            rows: Self.rows["gaits"] ?? [:],
            folder: "\(dataRoot)/gaits"
        ).write { split, row in
            var random = RandomSource(seed: 1, purpose: "\(split)/\(row)")
            let kind = row % 3
            let length = 2 + row % 4
            var sample = Sample(
                inputs: [
                    "walk": (0..<10).map { _ in Float(random.normal() + Double(kind)) },
                    "card": (0..<3).map { _ in Float(random.normal() - Double(kind)) },
                ],
                valid: ["walk": (0..<5).map { $0 < length }], targets: ["kind": [Double(kind)]])
            if hasGaps, row % 5 == 0 { sample.inputs["card"] = nil }
            return sample
        }
        let boxes = DatasetDescription(
            name: "boxes", modalities: ["picture": ModalityDescription(kind: .image, axes: [2, 3], channels: 2)],
            targets: ["size": .regression()])
        _ = try DatasetWriter(
            boxes, layouts: [:], rows: Self.rows["boxes"] ?? [:], folder: "\(dataRoot)/boxes"
        ).write { split, row in
            var random = RandomSource(seed: 2, purpose: "\(split)/\(row)")
            let size = random.normal()
            return Sample(
                inputs: ["picture": (0..<12).map { _ in Float(random.normal() + size) }], targets: ["size": [size]])
        }
    }

    /// Returns the suite, with overrides as on the command line.
    func suite(_ overrides: [String] = []) throws -> Multimodal.Suite {
        try Multimodal.Suite(yaml: Self.text, file: folder.path("suite.yaml"), overrides: overrides)
    }

    /// Opens a new or existing run.
    func run(_ name: String, _ overrides: [String] = []) throws -> StageRun {
        try StageRun(of: OpenedSuite(suite(overrides), dataRoot: dataRoot), run: directory(name), device: .cpu)
    }

    /// Returns the folder of a run.
    func directory(_ name: String) -> RunDirectory { RunDirectory(folder.path(name)) }

    /// Trains a run and scores it on the test splits.
    @discardableResult
    func train(
        _ name: String, _ overrides: [String] = [], observers: [any TrainingObserver] = [],
        shouldStop: () -> Bool = { false }
    ) throws -> Trainer.Outcome {
        let run = try run(name, overrides)
        let outcome = try run.train(observers: observers, shouldStop: shouldStop)
        if case .finished = outcome { _ = try run.evaluate(on: .test) }
        return outcome
    }

    /// Trains a run that is interrupted after each of the given numbers of steps, and then
    /// completes it.
    func train(_ name: String, _ overrides: [String], stoppingAfter stops: [Int]) throws {
        for steps in stops {
            var remaining = steps
            let outcome = try train(name, overrides) {
                remaining -= 1
                return remaining < 0
            }
            guard case .interrupted = outcome else {
                Issue.record("the run ended as \(outcome)")
                return
            }
        }
        try train(name, overrides)
    }

    /// Returns the content of every file of a run by relative path, without `timing.json` and the
    /// events for TensorBoard, which always differ.
    func files(_ name: String) throws -> [String: Data] {
        let root = folder.path(name)
        let names = try FileManager.default.subpathsOfDirectory(atPath: root)
        var files: [String: Data] = [:]
        for name in names where name != "timing.json" && !name.hasPrefix("tensorboard") {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder), !isFolder.boolValue
            else { continue }
            files[name] = FileManager.default.contents(atPath: "\(root)/\(name)")
        }
        return files
    }
}

/// Returns the paths of the files in which two runs differ, for a readable failure.
func differences(_ a: [String: Data], _ b: [String: Data]) -> [String] {
    Set(a.keys).union(b.keys).filter { a[$0] != b[$0] }.sorted()
}

/// Records an issue that names the files in which two runs differ.
func expectSame(_ a: [String: Data], _ b: [String: Data], sourceLocation: SourceLocation = #_sourceLocation) {
    let changed = differences(a, b)
    #expect(changed == [], sourceLocation: sourceLocation)
}
