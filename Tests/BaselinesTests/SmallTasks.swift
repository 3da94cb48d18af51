import Baselines
import HighMMT
import Numerics
import Torch

/// A task with a modality for every kind of encoder, a task with one modality, and samples of both.
enum SmallTasks {
    static let width = 8

    static let modalities = [
        ModalityShape(name: "image", axes: 2, channels: 2, frequencyBands: 2),
        ModalityShape(name: "notes", axes: 1, channels: 3, hasPositions: false),
        ModalityShape(name: "sound", axes: 1, channels: 2, frequencyBands: 2),
        ModalityShape(name: "table", axes: 1, channels: 4, frequencyBands: 0),
    ]
    static let all = TaskShape(name: "all", modalities: modalities, outputs: 3)
    static let alone = TaskShape(name: "alone", modalities: [modalities[2]], outputs: 2)

    static let inputs: [String: BaselineConfiguration.Input] = [
        "all/image": .init(encoder: .convolutional, axes: [5, 4]), "all/notes": .init(encoder: .averaged, axes: [3]),
        "all/sound": .init(encoder: .recurrent, axes: [6]), "all/table": .init(encoder: .perceptron, axes: [2]),
        "alone/sound": .init(encoder: .recurrent, axes: [6]),
    ]

    /// The tasks that a method can have: a unimodal one has one modality.
    static func tasks(of method: PriorMethod) -> [TaskShape] { method == .unimodal ? [alone] : [all, alone] }

    static func model(_ method: PriorMethod, tasks: [TaskShape]? = nil, seed: UInt64 = 1) throws -> BaselineModel {
        try BaselineModel(
            BaselineConfiguration(method, width: width, heads: 2, layers: 2, rank: 3, inputs: inputs),
            tasks: tasks ?? self.tasks(of: method), seed: seed)
    }

    /// Returns random samples. With `hasGaps`, some tokens are invalid and some modalities missing.
    static func input(_ task: TaskShape, samples: Int, hasGaps: Bool = false) throws -> TaskInput {
        var streams: [String: StreamInput] = [:]
        for modality in task.modalities {
            var random = RandomSource(seed: 7, purpose: "\(task.name)/\(modality.name)")
            let axes = inputs["\(task.name)/\(modality.name)"]?.axes ?? []
            var stream = StreamInput(data: try random.normalTensor([samples] + axes + [modality.channels]))
            if hasGaps, modality.name == "sound" {
                let flags = (0..<samples).flatMap { sample in (0..<6).map { $0 < 2 + sample % 4 } }
                stream.mask = try Tensor(flags, shape: [samples, 6])
            }
            if hasGaps, modality.name == "image" { stream.present = (0..<samples).map { $0 % 3 != 0 } }
            streams[modality.name] = stream
        }
        return TaskInput(count: samples, streams: streams)
    }
}
