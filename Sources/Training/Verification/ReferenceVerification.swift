import Files
import HighMMT
import Multimodal
import Torch

/// The differences between this implementation and the values of a ``ReferenceCase``.
public struct ReferenceVerification: Codable, Sendable {
    /// The largest error of one kind of value.
    public struct Comparison: Codable, Sendable {
        /// The kind of value, such as logits or gradients.
        public var kind: String
        /// The number of tensors or numbers compared.
        public var compared: Int
        /// The largest relative error. For a tensor it is the largest difference divided by the
        /// largest magnitude.
        public var largestError: Double
        /// The name of the value with the largest error.
        public var at: String
        /// The largest permitted error.
        public var tolerance: Double
        /// True when the error is within the tolerance.
        public var passes: Bool { largestError <= tolerance }

        init(_ kind: String, tolerance: Double) {
            self.kind = kind
            self.tolerance = tolerance
            compared = 0
            largestError = 0
            at = ""
        }

        mutating func add(_ error: Double, at place: String) {
            compared += 1
            guard error.isNaN || error > largestError || at.isEmpty else { return }
            // A NaN must fail, and no later value may hide it.
            largestError = error.isNaN ? .infinity : error
            at = place
        }
    }

    /// One comparison per kind of value.
    public var comparisons: [Comparison]
    /// The number of parameters of the model. Shared parameters are counted once.
    public var parameters: Int

    /// True when every comparison has values and all errors are within tolerance.
    public var passes: Bool { comparisons.allSatisfy { $0.passes && $0.compared > 0 } }

    /// Loads the weights of a case, repeats its computation and compares the results.
    ///
    /// - Throws: `FileError` when the case does not fit the model; `ModelError` when it does not
    ///   describe a model; `TorchError` when a tensor has the wrong shape.
    public init(_ reference: ReferenceCase, device: Device = .cpu, arithmetic: Arithmetic = .automatic) throws {
        let names = try ReferenceNames(reference)
        let model = try HighMMTModel(
            reference.configuration(), tasks: reference.taskShapes(), device: device, arithmetic: arithmetic,
            identityNames: reference.description.modalities.map(\.name), aliases: names.aliases)
        try model.parameters.load(reference.state(names))
        let targets = try reference.lossTargets(device: device)
        let adam = try Adam(model.parameters, settings: reference.adamSettings())
        let step = TrainingStep(model, losses: try reference.losses(), optimiser: adam)
        guard !step.losses.isEmpty else { throw ModelError("the case has no task") }
        let inputs = try reference.taskInputs(device: device)

        var logits = Comparison("logits", tolerance: 1e-5)
        var latents = Comparison("latents", tolerance: 1e-5)
        var firstLosses = Comparison("losses", tolerance: 1e-5)
        var gradients = Comparison("gradients", tolerance: 1e-4)
        var curve = Comparison("loss curve", tolerance: 1e-4)

        let first = try step.gradients(inputs, targets: targets)
        let output = first.output
        for (name, expected) in reference.outputs.sorted(by: { $0.key < $1.key }) {
            let parts = name.split(separator: "/").map(String.init)
            if parts.count == 2, parts[1] == "logits", let found = output.logits[parts[0]] {
                logits.add(try relativeError(found, expected), at: name)
            } else if parts.count == 3, parts[2] == "latents",
                let found = output.latents[ModalityStream(task: parts[0], modality: parts[1])]
            {
                latents.add(try relativeError(found.tensor(), expected), at: name)
            } else {
                throw FileError(
                    path: reference.folder + "/outputs.safetensors", reason: "'\(name)' is not an output of the model")
            }
        }
        try reference.compareGradients(of: model, names, into: &gradients)
        for (name, loss) in first.losses {
            let expected = try reference.number(reference.description.initialLosses, name)
            firstLosses.add(relativeError(try loss.item(), expected), at: name)
        }

        for (number, expected) in reference.description.lossCurve.enumerated() {
            let pass = try step.gradients(inputs, targets: targets)
            var found = try pass.losses.map { ($0.task, try $0.loss.item()) }
            if let total = try pass.total?.item() { found.append(("total", total)) }
            for (name, value) in found {
                curve.add(
                    relativeError(value, try reference.number(expected, name)), at: "step \(number), \(name)")
            }
            try step.update(Set(reference.taskNames), done: number)
            // The reference passes a shared parameter to its optimiser once per name, so each step
            // updates it once per name.
            for repeated in names.repeatedUpdates { try adam.step(repeated) }
        }
        comparisons = [logits, latents, firstLosses, gradients, curve]
        parameters = model.parameters.count
    }
}

/// Returns the largest difference divided by the largest expected magnitude.
private func relativeError(_ found: Tensor, _ expected: Tensor, floor: Double = 0) throws -> Double {
    guard found.shape == expected.shape else {
        throw TorchError(operation: "compare", shapes: [found.shape, expected.shape], message: "the shapes differ")
    }
    let (found, expected) = (try found.doubles(), try expected.doubles())
    var difference = 0.0
    var magnitude = floor
    for (a, b) in zip(found, expected) {
        guard a.isFinite else { return .nan }
        difference = max(difference, abs(a - b))
        magnitude = max(magnitude, abs(b))
    }
    return magnitude > 0 ? difference / magnitude : difference
}

private func relativeError(_ found: Double, _ expected: Double) -> Double {
    abs(found - expected) / max(abs(expected), 1e-12)
}

extension ReferenceCase {
    fileprivate var path: String { folder + "/case.json" }

    fileprivate func number(_ values: [String: Double], _ name: String) throws -> Double {
        guard let value = values[name] else {
            throw FileError(path: path, reason: "a list of losses has no entry '\(name)'")
        }
        return value
    }

    fileprivate func configuration() throws -> ModelConfiguration {
        let identity = try identity()
        let identityWidth = identity.width(modalities: description.modalities.count)
        // The token width is that of the widest modality listed, used by a task or not.
        let widest = shapes.map(\.inputWidth).max()
        return description.workload.modelConfiguration(
            identity: identity, tiesLayers: false, tokenWidth: widest.map { $0 + identityWidth })
    }

    private var shapes: [ModalityShape] {
        description.modalities.map {
            ModalityShape(
                name: $0.name, axes: $0.axes, channels: $0.channels, frequencyBands: $0.frequencyBands,
                maxFrequency: $0.maxFrequency, frequencyBase: $0.frequencyBase)
        }
    }

    private func identity() throws -> ModelConfiguration.Identity {
        let text = description.modalityEmbedding
        if text == "one-hot" { return .oneHot }
        let parts = text.split(separator: " ")
        if parts.count == 2, parts[0] == "learned", parts[1].hasSuffix("-wide"),
            let width = Int(parts[1].dropLast("-wide".count)), (1...65_536).contains(width)
        {
            return .learned(width: width)
        }
        throw FileError(path: path, reason: "modality_embedding is '\(text)'; expected 'one-hot' or 'learned N-wide'")
    }

    fileprivate func taskShapes() throws -> [TaskShape] {
        taskNames.compactMap { name in
            description.tasks[name].map { task in
                TaskShape(
                    name: name, modalities: shapes.filter { task.modalities[$0.name] != nil }, outputs: task.outputs,
                    keptPairs: task.keptPairs?.map { "\(name)/\($0)" })
            }
        }
    }

    /// The weights by their paths in this implementation.
    fileprivate func state(_ names: ReferenceNames) throws -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        for (theirs, ours) in names.ours.sorted(by: { $0.key < $1.key }) {
            guard let weight = weights[theirs] else { continue }
            guard state.updateValue(weight, forKey: ours) == nil else {
                throw FileError(
                    path: folder + "/weights.safetensors", reason: "'\(theirs)' has the same path as another weight")
            }
        }
        let used = Set(description.tasks.values.flatMap(\.modalities.keys))
        if let table = weights[ReferenceNames.identities] {
            for (index, modality) in description.modalities.enumerated() where used.contains(modality.name) {
                state["identity.\(modality.name)"] = try table.narrowed(axis: 0, start: index, length: 1).reshaped([-1])
            }
        }
        return hasPairs ? state : state.filter { !$0.key.hasPrefix("crossmodal.") }
    }

    fileprivate func taskInputs(device: Device) throws -> [String: TaskInput] {
        var result: [String: TaskInput] = [:]
        for (name, task) in description.tasks {
            var streams: [String: StreamInput] = [:]
            for modality in task.modalities.keys {
                guard let data = inputs["\(name)/\(modality)"] else { continue }
                streams[modality] = StreamInput(data: try data.to(device: device))
            }
            result[name] = TaskInput(count: try streams.values.first?.data.size(0) ?? 0, streams: streams)
        }
        return result
    }

    /// Task → its targets, in the dtype that its loss expects.
    fileprivate func lossTargets(device: Device) throws -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        for (name, task) in description.tasks {
            guard let target = try targets["\(name)/target"]?.to(device: device) else { continue }
            result[name] =
                try task.loss == "cross entropy"
                ? target : target.to(dtype: .float32).reshaped([-1, task.outputs])
        }
        return result
    }

    fileprivate func losses() throws -> [TaskLoss] {
        try taskNames.compactMap { name in
            guard let task = description.tasks[name] else { return nil }
            switch task.loss {
            case "cross entropy": return loss(name, task, .classification)
            case "binary cross entropy": return loss(name, task, .multilabel)
            case "mean squared error": return loss(name, task, .regression)
            default:
                throw FileError(
                    path: path,
                    reason: "tasks.\(name).loss is '\(task.loss ?? "missing")'; expected cross entropy, binary cross "
                        + "entropy or mean squared error")
            }
        }
    }

    private func loss(_ name: String, _ task: WorkloadDescription.Task, _ kind: TargetKind) -> TaskLoss {
        TaskLoss(
            name, weight: task.weight, objective: TaskObjective(unstandardised: kind, outputs: task.outputs))
    }

    fileprivate func adamSettings() -> Adam.Settings {
        Adam.Settings(
            learningRate: description.adam.learningRate, weightDecay: description.adam.weightDecay,
            beta1: description.adam.betas[0], beta2: description.adam.betas[1], epsilon: description.adam.epsilon)
    }

    /// Compares every gradient of the case.
    ///
    /// A gradient far below the largest, such as the bias gradient of a balanced batch, is a small
    /// difference of larger numbers and has their rounding error. Its error is therefore measured
    /// relative to at least a thousandth of the largest gradient.
    fileprivate func compareGradients(
        of model: HighMMTModel, _ names: ReferenceNames, into comparison: inout ReferenceVerification.Comparison
    ) throws {
        let largest = try gradients.values.map { try $0.absolute().max().item() }.max() ?? 0
        let known = Set(model.parameters.paths).union(model.parameters.aliases.keys)
        for (name, expected) in gradients.sorted(by: { $0.key < $1.key }) {
            let found: Tensor
            if name == ReferenceNames.identities {
                let rows = try description.modalities.enumerated().map { index, modality in
                    let path = "identity.\(modality.name)"
                    return known.contains(path)
                        ? try model.parameters.parameter(path).gradient() ?? Tensor.zeros([expected.size(1)])
                        : try Tensor.zeros([expected.size(1)])
                }
                found = try Tensor.stacked(rows.map { try $0.to(device: .cpu) })
            } else if let path = names.path(of: name, in: model.parameters),
                let gradient = try model.parameters.parameter(path).gradient()
            {
                found = gradient
            } else {
                // A model without pairs has no crossmodal block, so the expected gradient must be
                // zero.
                found = try Tensor.zeros(expected.shape)
            }
            comparison.add(try relativeError(found, expected, floor: largest * 1e-3), at: name)
        }
    }
}
