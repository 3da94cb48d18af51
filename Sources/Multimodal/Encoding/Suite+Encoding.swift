extension Suite {
    /// Returns the settings of a modality: those of `modalities.<dataset>/<modality>`, completed by
    /// those of `modalities.<modality>`.
    func settings(dataset: String, modality: String) -> EncodingSettings {
        (modalities["\(dataset)/\(modality)"] ?? EncodingSettings())
            .filled(from: modalities[modality] ?? EncodingSettings())
    }

    /// Returns the encodings of a task's modalities, without those that change nothing.
    ///
    /// - Throws: `ConfigurationError` that names the key when a patch does not fit; an error that
    ///   names the file when training rows cannot be read.
    func encodings(of task: OpenedTask, known: inout [String: InputEncoding]) throws -> [String: InputEncoding] {
        var result: [String: InputEncoding] = [:]
        for modality in task.modalities {
            guard let description = task.dataset.description.modalities[modality] else { continue }
            let name = "\(task.task.dataset)/\(modality)"
            let encoding = try known[name] ?? encoding(of: modality, in: task, description)
            known[name] = encoding
            if !encoding.isIdentity { result[modality] = encoding }
        }
        return result
    }

    private func encoding(
        of modality: String, in task: OpenedTask, _ description: ModalityDescription
    ) throws -> InputEncoding {
        let settings = settings(dataset: task.task.dataset, modality: modality)
        var result = InputEncoding(description)
        if let patch = settings.patch {
            guard patch.count == description.axes.count else {
                throw ConfigurationError(
                    file: file, key: "modalities.\(task.task.dataset)/\(modality).patch",
                    reason: "\(patch.count) numbers, expected \(description.axes.count), one per axis")
            }
            result.patch = zip(patch, description.axes).map { min($0, $1) }
        } else if training.recipe == .robust {
            result.patch = EncodingChoice.patch(of: description)
        }
        let isMasked = Split.allCases.contains { task.dataset.rows(of: $0).hasMask(modality) }
        result.hasFlags = training.recipe == .robust && description.kind == .table && isMasked && result.places > 1
        if let scope = scope(settings.standardise, description) {
            let statistics = try RobustStatistics(of: modality, in: task, description: description, scope: scope)
            result.mean = statistics.centres
            result.deviation = statistics.scales
        }
        return result
    }

    private func scope(_ wanted: StandardisationChoice?, _ description: ModalityDescription) -> Standardisation.Scope? {
        switch wanted ?? (training.recipe == .robust ? .auto : .none) {
        case .none: nil
        case .channel: .channel
        case .element: .element
        case .auto:
            description.statistics != nil ? nil : description.kind == .table ? .element : .channel
        }
    }

    /// Returns the rows per step of a task that does not set them itself.
    func batch(rows: Int) -> Int {
        guard training.batch == 0 else { return training.batch }
        let wanted = min(rows, training.samples ?? rows) / 48
        var batch = 32
        while batch > 4, batch > wanted { batch /= 2 }
        return batch
    }

    /// Returns the epochs of stage 1. If the suite does not set them, they are 40 to 120 and about
    /// 8000 steps.
    ///
    /// Small datasets have few steps in an epoch and are far from converged after 40.
    private func epochs(of tasks: [OpenedTask]) -> Int {
        if let epochs = training.epochs { return epochs }
        let steps = tasks.map { task in
            let rows = task.rows(of: .train)
            let batches = (min(rows, training.samples ?? rows) + task.batch - 1) / task.batch
            return min(batches, epochBatches(of: tasks))
        }
        return min(120, max(40, 8000 / max(1, steps.max() ?? 1)))
    }

    /// Returns the limit of batches per task and epoch.
    ///
    /// Beside other tasks, a task with many rows learns more slowly, since every step is a
    /// compromise, and makes use of more steps. Small tasks have fewer batches than either limit.
    private func epochBatches(of tasks: [OpenedTask]) -> Int {
        training.epochBatches ?? (tasks.count > 1 ? 400 : 200)
    }

    /// Returns the suite with the choices that the robust recipe made for its data written out.
    public func resolved(for tasks: [OpenedTask]) -> Suite {
        var suite = self
        guard training.recipe == .robust else { return suite }
        suite.training.epochs = epochs(of: tasks)
        suite.training.epochBatches = epochBatches(of: tasks)
        suite.training.clip = training.clip(hasGroups: model.groups != nil)
        for task in tasks {
            suite.tasks[task.name]?.batch = task.batch
            for modality in task.modalities {
                guard let description = task.dataset.description.modalities[modality] else { continue }
                let name = "\(task.task.dataset)/\(modality)"
                let encoding = task.encodings[modality] ?? InputEncoding(description)
                let placed = self.encoding(
                    dataset: task.task.dataset, modality: modality, description: encoding.encoded(description))
                var settings = settings(dataset: task.task.dataset, modality: modality)
                settings.patch = encoding.patch
                settings.standardise =
                    !encoding.standardises
                    ? StandardisationChoice.none : encoding.mean.count == description.channels ? .channel : .element
                settings.frequencyBands = placed.frequencyBands
                settings.maxFrequency = placed.maxFrequency
                settings.frequencyBase = placed.frequencyBase
                suite.modalities[name] = settings
            }
        }
        return suite
    }
}
