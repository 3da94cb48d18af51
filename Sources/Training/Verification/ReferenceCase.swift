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
    /// The content of `case.json`: a workload, and the expected values.
    struct Description: Decodable, Sendable {
        struct Adam: Decodable, Sendable {
            var learningRate: Double
            var weightDecay: Double
            var betas: [Double]
            var epsilon: Double

            enum CodingKeys: String, CodingKey {
                case betas
                case learningRate = "lr"
                case weightDecay = "weight_decay_l2"
                case epsilon = "eps"
            }
        }

        var workload: WorkloadDescription
        var modalityEmbedding: String
        var batch: Int
        /// Task → its loss before the first step.
        var initialLosses: [String: Double]
        var initialTotal: Double
        var adam: Adam
        /// Task → its loss, and the total, for every step.
        var lossCurve: [[String: Double]]

        private enum CodingKeys: String, CodingKey {
            case batch, adam
            case modalityEmbedding = "modality_embedding"
            case initialLosses = "losses_step0"
            case initialTotal = "total_step0"
            case lossCurve = "loss_curve"
        }

        init(from decoder: any Decoder) throws {
            workload = try WorkloadDescription(from: decoder)
            let container = try decoder.container(keyedBy: CodingKeys.self)
            modalityEmbedding = try container.decode(String.self, forKey: .modalityEmbedding)
            batch = try container.decode(Int.self, forKey: .batch)
            initialLosses = try container.decode([String: Double].self, forKey: .initialLosses)
            initialTotal = try container.decode(Double.self, forKey: .initialTotal)
            adam = try container.decode(Adam.self, forKey: .adam)
            lossCurve = try container.decode([[String: Double]].self, forKey: .lossCurve)
        }

        var modalities: [WorkloadDescription.Modality] { workload.modalities }
        var tasks: [String: WorkloadDescription.Task] { workload.tasks }
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
        taskNames = try Self.headOrder(description.tasks, in: data, path: path)
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

    /// True when a task has more than one modality.
    var hasPairs: Bool { description.tasks.values.contains { $0.modalities.count > 1 } }

    private func validate(path: String) throws {
        func require(_ condition: Bool, _ reason: String) throws {
            guard condition else { throw FileError(path: path, reason: reason) }
        }
        try require(description.adam.betas.count == 2, "adam.betas must hold two numbers")
        try require(
            Set(description.modalities.map(\.name)).count == description.modalities.count,
            "modalities has a duplicate name")
        for modality in description.modalities {
            try require(
                (1...8).contains(modality.axes) && (1...(1 << 28)).contains(modality.channels)
                    && (0...65_536).contains(modality.frequencyBands),
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
        _ tasks: [String: WorkloadDescription.Task], in data: Data, path: String
    ) throws -> [String] {
        let order = JSONKeyOrder(Array(data)).keys(ofObjectAt: "tasks")
        guard Set(order) == Set(tasks.keys), order.count == tasks.count else {
            throw FileError(path: path, reason: "the order of tasks cannot be read")
        }
        return order
    }
}
