import HighMMT
import Numerics
import Torch

/// Small tasks with odd sizes, and random inputs for them.
struct TwoTasks {
    static let image = ModalityShape(name: "image", axes: 2, channels: 3, frequencyBands: 2, maxFrequency: 4)
    static let sound = ModalityShape(name: "sound", axes: 1, channels: 5, frequencyBands: 3)
    static let notes = ModalityShape(name: "notes", axes: 1, channels: 9, hasPositions: false)
    static let table = ModalityShape(name: "table", axes: 1, channels: 1, frequencyBands: 4, maxFrequency: 10)

    /// A task with two streams.
    static let pair = TaskShape(name: "pair", modalities: [image, sound], outputs: 3)
    /// A task with three streams, whose sound shares an identity with the sound of `pair`.
    static let three = TaskShape(name: "three", modalities: [notes, sound, table], outputs: 2)
    /// A task with a single stream.
    static let alone = TaskShape(name: "alone", modalities: [table], outputs: 4)

    /// The sizes of the axes of each stream, which differ between tasks.
    static let axes = [
        "pair/image": [2, 3], "pair/sound": [7], "three/notes": [4], "three/sound": [5], "three/table": [3],
        "alone/table": [6],
    ]

    /// Groups in which streams of different tasks share an encoder, streams of one task do not, and
    /// pairs are split.
    static let groups = Sharing(
        encoders: ["pair/image": 2, "three/table": 2, "three/notes": 1],
        crossmodal: ["three/notes+sound": 1, "pair/image+sound": 3])

    /// A configuration with sizes that are not multiples of any block size.
    static func configuration(depth: Int = 1, learnsPlaceholders: Bool = false) -> ModelConfiguration {
        ModelConfiguration(
            latents: 5, width: 13, depth: depth, crossmodalDepth: depth, encoder: .init(cross: 2, latent: 3),
            crossmodal: .init(cross: 3, latent: 1), headWidth: 5, expansion: 3, identity: .learned(width: 4),
            learnsPlaceholders: learnsPlaceholders)
    }

    /// Returns a model in which all parameters are random, including those initialised to zero or
    /// one.
    static func model(
        _ tasks: [TaskShape] = [pair, three], depth: Int = 1, sharing: Sharing = groups,
        learnsPlaceholders: Bool = false, arithmetic: Arithmetic = .automatic
    ) throws -> HighMMTModel {
        let model = try HighMMTModel(
            configuration(depth: depth, learnsPlaceholders: learnsPlaceholders), tasks: tasks, sharing: sharing,
            arithmetic: arithmetic)
        var state: [String: Tensor] = [:]
        for path in model.parameters.paths {
            var random = RandomSource(seed: 3, purpose: path)
            let parameter = try model.parameters.parameter(path)
            state[path] = try parameter.detached() + random.normalTensor(parameter.shape) * 0.2
        }
        try model.parameters.load(state)
        return model
    }

    /// Returns random samples of a task. In `masked` modalities a random half of the tokens is
    /// invalid, but never the first.
    static func input(
        _ task: TaskShape, samples: Int, masked: Set<String> = ["sound", "notes"], seed: UInt64 = 11
    ) throws -> TaskInput {
        var streams: [String: StreamInput] = [:]
        for stream in task.streams {
            var random = RandomSource(seed: seed, purpose: stream.description)
            let channels = task.modalities.first { $0.name == stream.modality }?.channels ?? 1
            let grid = [samples] + (axes[stream.description] ?? [1])
            var input = StreamInput(data: try random.normalTensor(grid + [channels]))
            if masked.contains(stream.modality) {
                let tokens = grid.dropFirst().reduce(1, *)
                let valid = (0..<samples * tokens).map { $0 % tokens == 0 || random.uniform() < 0.5 }
                input.mask = try Tensor(valid, shape: grid)
            }
            streams[stream.modality] = input
        }
        return TaskInput(count: samples, streams: streams)
    }

    /// Returns a weighted sum of squared logits as a loss whose gradients reach every parameter.
    static func loss(_ logits: [String: Tensor]) throws -> Tensor {
        var total = try Tensor.zeros([])
        for (task, outputs) in logits.sorted(by: { $0.key < $1.key }) {
            var random = RandomSource(seed: 4, purpose: task)
            total = try total + (outputs.squared() * random.normalTensor(outputs.shape)).sum() * 0.1
        }
        return total
    }
}

/// Returns the largest absolute difference, relative to the largest absolute value of `b`.
func relativeDifference(_ a: Tensor, _ b: Tensor) throws -> Double {
    let (left, right) = (try a.doubles(), try b.doubles())
    let largest = right.map(abs).max() ?? 0
    let difference = zip(left, right).map { abs($0 - $1) }.max() ?? 0
    return difference == 0 ? 0 : difference / Swift.max(largest, 1e-30)
}
