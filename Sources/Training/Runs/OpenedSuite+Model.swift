import Baselines
import HighMMT
import Multimodal
import Torch

extension OpenedSuite {
    /// Returns the model of the suite with random initial parameters.
    ///
    /// - Parameters:
    ///   - groups: The groups of a later stage; `nil` uses those of the suite and its method.
    ///   - device: The device of the model.
    /// - Throws: `ModelError` when the data do not fit the model; `TorchError` when memory runs
    ///   out.
    package func model(groups: StageGroups? = nil, device: Device) throws -> any MultitaskModel {
        let shapes = identified(
            SummaryShapes.added(
                to: suite.taskShapes(of: tasks, keptPairs: groups?.keptPairs), of: tasks, suite.training))
        if let method = PriorMethod(suite.model.method) {
            return try BaselineModel(
                BaselineConfiguration(method, width: suite.model.width, inputs: networkInputs), tasks: shapes,
                seed: suite.seed, device: device)
        }
        var configuration = suite.modelConfiguration(for: identified(suite.taskShapes(of: everyTask)))
        configuration.learnsPlaceholders = tasks.contains(where: \.mayLackModalities)
        return try HighMMTModel(
            configuration, tasks: shapes, sharing: groups?.sharing ?? sharing(shapes), seed: suite.seed, device: device)
    }

    /// Returns the shapes; for single tasks with identities of their own, since tasks of the same
    /// dataset share those of its modalities.
    private func identified(_ shapes: [TaskShape]) -> [TaskShape] {
        guard suite.model.method == .singleTask else { return shapes }
        return shapes.map { task in
            var task = task
            for index in task.modalities.indices {
                task.modalities[index].identity = "\(task.name)/\(task.modalities[index].name)"
            }
            return task
        }
    }

    /// Returns the groups of stage 1, by the method of the suite.
    private func sharing(_ shapes: [TaskShape]) -> Sharing {
        switch suite.model.method {
        case .shareAll: return .all
        case .singleTask:
            return shapes.enumerated().reduce(into: Sharing.all) { sharing, entry in
                for stream in entry.element.streams { sharing.encoders[stream.description] = entry.offset }
                for pair in entry.element.pairs { sharing.crossmodal[pair.description] = entry.offset }
            }
        default: return suite.sharing
        }
    }

    private var networkInputs: [String: BaselineConfiguration.Input] {
        tasks.reduce(into: [:]) { inputs, task in
            for modality in task.modalities {
                guard let description = task.description(of: modality) else { continue }
                inputs[task.stream(modality)] = BaselineConfiguration.Input(
                    encoder: EncoderKind(description), axes: description.axes)
            }
        }
    }
}

extension PriorMethod {
    /// The prior method of a suite; `nil` for HighMMT.
    init?(_ method: ModelMethod) {
        switch method {
        case .highmmt, .shareAll, .singleTask: return nil
        case .unimodal: self = .unimodal
        case .earlyFusion: self = .earlyFusion
        case .lateFusion: self = .lateFusion
        case .lowRankFusion: self = .lowRankFusion
        case .multimodalTransformer: self = .multimodalTransformer
        }
    }
}

extension EncoderKind {
    /// The encoder of a kind of modality. Grids of two and more axes pass convolutions.
    init(_ description: ModalityDescription) {
        switch description.kind {
        case .table: self = .perceptron
        case .text, .set: self = .averaged
        case .image, .video, .audio, .speech, .timeSeries, .sensors, .force, .proprioception:
            self = description.axes.count > 1 ? .convolutional : .recurrent
        }
    }
}

extension MultitaskModel {
    /// Returns the model if it is HighMMT.
    ///
    /// - Throws: ``RunError`` that names the run if it is a prior method.
    package func asHighMMT(_ run: RunDirectory) throws -> HighMMTModel {
        guard let model = self as? HighMMTModel else {
            throw RunError("\(run.path): was trained by a prior method, which has no shared encoders; expected HighMMT")
        }
        return model
    }
}
