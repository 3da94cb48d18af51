import Files
import Foundation
import HighMMT
import Torch

/// Reference values from another implementation: a model, its inputs and the values computed from
/// them.
///
/// A case is a folder with `case.json` and the files `weights`, `inputs`, `targets`, `outputs` and
/// `gradients`, each with the suffix `.safetensors`.
public struct ReferenceCase: Sendable {
    /// The content of `case.json`.
    struct Description: Decodable, Sendable {
        struct Modality: Decodable, Sendable {
            var name: String
            var channels: Int
            var axes: Int
            var frequency_bands: Int
            var max_frequency: Double
            var frequency_base: Double
        }

        struct Configuration: Decodable, Sendable {
            var depth: Int
            var num_latents: Int
            var latent_dim: Int
            var cross_heads: Int
            var latent_heads: Int
            var cross_dim_head: Int
            var latent_dim_head: Int
            var cross_depth: Int
            var crossmodal_cross_heads: Int
        }

        struct Task: Decodable, Sendable {
            var modalities: [String: [Int]]
            var outputs: Int
            var loss: String
            var weight: Double
        }

        struct Adam: Decodable, Sendable {
            var lr: Double
            var weight_decay_l2: Double
            var betas: [Double]
            var eps: Double
        }

        var modalities: [Modality]
        var config: Configuration
        var modality_embedding: String
        var batch: Int
        var tasks: [String: Task]
        var losses_step0: [String: Double]
        var total_step0: Double
        var adam: Adam
        var loss_curve: [[String: Double]]
    }

    let folder: String
    let description: Description
    /// The tasks in the order of their heads.
    let taskNames: [String]
    let weights: [String: Tensor]
    let inputs: [String: Tensor]
    let targets: [String: Tensor]
    let outputs: [String: Tensor]
    let gradients: [String: Tensor]

    /// Reads a case.
    ///
    /// - Throws: `FileError` or `SafetensorsError` that names the file and the key or tensor that
    ///   is missing or invalid.
    public init(folder: String) throws {
        let path = folder + "/case.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw FileError(path: path, reason: "cannot be read; expected a folder with a reference case")
        }
        do {
            description = try JSONDecoder().decode(Description.self, from: data)
        } catch {
            throw FileError(path: path, reason: "is not the description of a reference case: \(error.oneLine)")
        }
        self.folder = folder
        taskNames = try ReferenceCase.headOrder(description.tasks, in: data, path: path)
        func tensors(_ name: String) throws -> [String: Tensor] {
            let file = try SafetensorsFile(path: "\(folder)/\(name).safetensors")
            return try file.tensors()
        }
        weights = try tensors("weights")
        inputs = try tensors("inputs")
        targets = try tensors("targets")
        outputs = try tensors("outputs")
        gradients = try tensors("gradients")
        try validate(path: path)
    }

    private func validate(path: String) throws {
        func require(_ condition: Bool, _ reason: String) throws {
            guard condition else { throw FileError(path: path, reason: reason) }
        }
        try require(
            description.config.cross_dim_head == description.config.latent_dim_head,
            "config.cross_dim_head and config.latent_dim_head differ; expected one head width")
        try require(description.adam.betas.count == 2, "adam.betas must hold two numbers")
        try require(
            Set(description.modalities.map(\.name)).count == description.modalities.count,
            "modalities has a duplicate name")
        for modality in description.modalities {
            try require(
                (1...8).contains(modality.axes) && (1...(1 << 28)).contains(modality.channels)
                    && (0...65_536).contains(modality.frequency_bands),
                "modality '\(modality.name)' has impossible axes, channels or frequency_bands")
        }
        for (name, task) in description.tasks.sorted(by: { $0.key < $1.key }) {
            for modality in task.modalities.keys.sorted() {
                try require(
                    description.modalities.contains { $0.name == modality },
                    "tasks.\(name).modalities names '\(modality)', which is not in modalities")
                try require(inputs["\(name)/\(modality)"] != nil, "inputs.safetensors lacks '\(name)/\(modality)'")
            }
            try require(targets["\(name)/target"] != nil, "targets.safetensors lacks '\(name)/target'")
            try require(outputs["\(name)/logits"] != nil, "outputs.safetensors lacks '\(name)/logits'")
        }
    }

    /// The order of `tasks` numbers the heads. It is read from the text because decoded JSON
    /// objects have no order.
    private static func headOrder(
        _ tasks: [String: Description.Task], in data: Data, path: String
    ) throws -> [String] {
        let order = JSONKeyOrder(Array(data)).keys(ofObjectAt: "tasks")
        guard Set(order) == Set(tasks.keys), order.count == tasks.count else {
            throw FileError(path: path, reason: "the order of tasks cannot be read")
        }
        return order
    }
}
