import Foundation
import Multimodal
import Numerics
import Torch

/// A temporary folder with two small datasets and a suite, deleted with the last reference to it.
///
/// `data/gaits` is located relative to the data root, `data/boxes` relative to the suite's file.
final class Workspace {
    static let text = """
        name: small
        seed: 3
        datasets: {gaits: {path: gaits}, boxes: {path: ./data/boxes}}
        tasks:
          gait: {dataset: gaits, target: kind}
          size: {dataset: boxes, target: size}
        model:
          {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {cross_heads: 1, self_heads: 2},
           crossmodal: {cross_heads: 1, self_heads: 2}}
        training: {recipe: published, epochs: 2, batch: 8, learning_rate: 0.01, weight_decay: 0}
        """

    let root: String

    /// Writes the datasets and the suite.
    ///
    /// - Throws: An error naming the file that cannot be written.
    init() throws {
        root = NSTemporaryDirectory() + "highmmt-tool-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path("data"), withIntermediateDirectories: true)
        let rows: [Split: Int] = [.train: 20, .valid: 10, .test: 10]
        let gaits = DatasetDescription(
            name: "gaits",
            modalities: [
                "walk": ModalityDescription(kind: .timeSeries, axes: [4], channels: 2),
                "card": ModalityDescription(kind: .table, axes: [3], channels: 1),
            ],
            targets: ["kind": .classification((0..<10).map { "gait \($0)" })])
        _ = try DatasetWriter(gaits, layouts: ["walk": .init(isMasked: true)], rows: rows, folder: path("data/gaits"))
            .write { split, row in
                var random = RandomSource(seed: 1, purpose: "\(split)/\(row)")
                return Sample(
                    inputs: [
                        "walk": (0..<8).map { _ in Float(random.normal()) },
                        "card": (0..<3).map { _ in Float(random.normal()) },
                    ],
                    valid: ["walk": (0..<4).map { $0 < 2 + row % 3 }], targets: ["kind": [Double(row % 10)]])
            }
        let boxes = DatasetDescription(
            name: "boxes", modalities: ["picture": ModalityDescription(kind: .image, axes: [2, 2], channels: 3)],
            targets: ["size": .regression()])
        _ = try DatasetWriter(boxes, layouts: [:], rows: rows, folder: path("data/boxes")).write { split, row in
            var random = RandomSource(seed: 2, purpose: "\(split)/\(row)")
            return Sample(
                inputs: ["picture": (0..<12).map { _ in Float(random.normal()) }], targets: ["size": [random.normal()]])
        }
        try write(Self.text, to: "suite.yaml")
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    func write(_ text: String, to name: String) throws {
        let folder = (path(name) as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }

    /// Replaces tensors of a safetensors file.
    func change(_ name: String, _ change: (inout [String: Tensor]) throws -> Void) throws {
        var tensors = try SafetensorsFile(path: path(name)).tensors()
        try change(&tensors)
        try SafetensorsWriter.write(tensors, to: path(name))
    }

    /// Returns the bytes of every file, and `nil` for every folder.
    func listing() throws -> [String: Data?] {
        var listing: [String: Data?] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: path(name), isDirectory: &isFolder)
            listing[name] = .some(isFolder.boolValue ? nil : try bytes(name))
        }
        return listing
    }

    /// Runs the tool in this folder.
    func highmmt(_ arguments: [String], environment: [String: String] = [:]) throws -> Tool.Result {
        try Tool.run(arguments, in: root, environment: environment)
    }

    /// Trains the suite into `run`.
    func train(_ more: [String] = []) throws -> Tool.Result {
        try highmmt(["train", "suite.yaml", "--data", "data", "--run", "run"] + more)
    }
}
