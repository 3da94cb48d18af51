import Files
import Foundation

extension Suite {
    /// Returns the folder of a dataset.
    ///
    /// An absolute path stays as it is. A path that begins with `./` or `../` is relative to the
    /// suite file's folder, any other to the data root.
    ///
    /// - Throws: `ConfigurationError` when the suite has no such dataset.
    public func path(of dataset: String, dataRoot: String) throws -> String {
        guard let path = datasets[dataset]?.path else {
            throw ConfigurationError(
                file: file, key: "datasets.\(dataset)",
                reason: "missing" + ClosestName.hint(for: dataset, among: datasets.keys))
        }
        if path.hasPrefix("/") { return path }
        let isLocal = path.hasPrefix("./") || path.hasPrefix("../")
        guard isLocal else { return "\(dataRoot)/\(path)" }
        return (Folder.parent(of: file) as NSString).appendingPathComponent(path)
    }

    /// Opens the datasets of all tasks with a role, checks them against the tasks, and returns the
    /// tasks sorted by name.
    ///
    /// - Parameters:
    ///   - dataRoot: The folder of the datasets; see ``DataRoot``.
    ///   - role: The role of the tasks to open; `nil` opens all.
    /// - Throws: `ConfigurationError` naming the key when a dataset's folder is missing, or when
    ///   the dataset does not support a target, modality or metric of the suite. Also the errors of
    ///   ``Dataset/init(folder:)``.
    public func open(dataRoot: String, role: TaskRole? = nil) throws -> [OpenedTask] {
        var opened: [String: Dataset] = [:]
        var result: [OpenedTask] = []
        var encodings: [String: InputEncoding] = [:]
        for (taskName, task) in tasks.sorted(by: { $0.key < $1.key }) where role == nil || task.role == role {
            let dataset = try opened[task.dataset] ?? open(task.dataset, dataRoot: dataRoot)
            opened[task.dataset] = dataset
            var opened = try open(task, named: taskName, dataset: dataset)
            opened.encodings = try self.encodings(of: opened, known: &encodings)
            if let labels = training.labels {
                // After the encodings, whose statistics need no labels.
                opened.labelledRows[.train] = try LabelSubset.rows(of: opened, share: labels, seed: seed)
                opened.batch = task.batch ?? batch(rows: opened.rows(of: .train))
            }
            opened.weights = try opened.trainingWeights(file: file)
            result.append(opened)
        }
        try checkEncodings(against: opened)
        return result
    }

    private func open(_ name: String, dataRoot: String) throws -> Dataset {
        let path = try path(of: name, dataRoot: dataRoot)
        guard FileManager.default.fileExists(atPath: path) else {
            let fetched = datasets[name]?.fetch.map { "; get it with: highmmt data fetch \($0) --data \(dataRoot)" }
            let imported = datasets[name]?.recipe.map {
                "; make it with: highmmt data import \($0) --from FOLDER_OF_ITS_FILES --to \(path)"
            }
            let remedy = fetched ?? imported ?? ""
            throw ConfigurationError(file: file, key: "datasets.\(name).path", reason: "no folder \(path)\(remedy)")
        }
        return try Dataset(folder: path)
    }

    private func open(_ task: SuiteTask, named taskName: String, dataset: Dataset) throws -> OpenedTask {
        func failure(_ key: String, _ reason: String) -> ConfigurationError {
            ConfigurationError(file: file, key: "tasks.\(taskName).\(key)", reason: reason)
        }
        let description = dataset.description
        guard let target = description.targets[task.target] else {
            throw failure(
                "target",
                "no target '\(task.target)' in \(dataset.folder)"
                    + ClosestName.hint(for: task.target, among: description.targets.keys))
        }
        let modalities = task.modalities ?? Array(description.modalities.keys)
        for modality in modalities where description.modalities[modality] == nil {
            throw failure(
                "modalities",
                "no modality '\(modality)' in \(dataset.folder)"
                    + ClosestName.hint(for: modality, among: description.modalities.keys))
        }
        let allowed = Metric.allowed(for: target)
        for metric in task.metrics ?? [] where !allowed.contains(metric) {
            let names = allowed.map(\.rawValue).joined(separator: ", ")
            throw failure(
                "metrics", "\(metric.rawValue) does not suit a \(target.kind.rawValue) target, expected any of \(names)"
            )
        }
        let labelled = try Split.allCases.reduce(into: [Split: [Int]]()) { rows, split in
            rows[split] = try dataset.rows(of: split).labelledRows(task.target)
        }
        for split in Split.allCases where labelled[split]?.isEmpty ?? false {
            throw failure("target", "no row of \(dataset.folder)/\(split.fileName) has '\(task.target)'")
        }
        let trainingRows = labelled[.train]?.count ?? dataset.train.count
        return OpenedTask(
            name: taskName, task: task, dataset: dataset, modalities: modalities.sorted(), target: target,
            batch: task.batch ?? batch(rows: trainingRows), metrics: task.metrics ?? Metric.defaults(for: target),
            modalityDropout: task.modalityDropout ?? training.modalityDropout,
            tokenDropout: Dictionary(
                uniqueKeysWithValues: modalities.map {
                    ($0, settings(dataset: task.dataset, modality: $0).tokenDropout ?? training.tokenDropout)
                }), labelledRows: labelled)
    }

    private func checkEncodings(against opened: [String: Dataset]) throws {
        var known: Set<String> = []
        for (name, dataset) in opened {
            for modality in dataset.description.modalities.keys { known.formUnion([modality, "\(name)/\(modality)"]) }
        }
        for key in modalities.keys.sorted() where !known.contains(key) {
            // Encodings of datasets that are not open, for example of another role, cannot be
            // checked.
            if let slash = key.firstIndex(of: "/"), opened[String(key[..<slash])] == nil,
                datasets[String(key[..<slash])] != nil
            {
                continue
            }
            if !key.contains("/"), opened.count < datasets.count { continue }
            throw ConfigurationError(
                file: file, key: "modalities.\(key)",
                reason: "no such modality" + ClosestName.hint(for: key, among: known))
        }
    }

    /// Returns the encoding of a dataset's modality.
    ///
    /// `modalities.<dataset>/<modality>` takes precedence over `modalities.<modality>`, and both
    /// over the recipe: positions whose highest frequency is the number of tokens along the longest
    /// axis, or the published settings.
    public func encoding(dataset: String, modality: String, description: ModalityDescription) -> ResolvedEncoding {
        let settings = settings(dataset: dataset, modality: modality)
        let defaults = positions(description)
        return ResolvedEncoding(
            frequencyBands: settings.frequencyBands ?? defaults.bands,
            maxFrequency: settings.maxFrequency ?? defaults.maxFrequency, frequencyBase: settings.frequencyBase ?? 2,
            identity: settings.identity ?? "\(dataset)/\(modality)", hasPositions: description.kind.hasPositions)
    }

    private func positions(_ description: ModalityDescription) -> (bands: Int, maxFrequency: Double) {
        guard training.recipe == .robust else { return (description.axes.count > 1 ? 6 : 3, 1) }
        let longest = description.axes.max() ?? 1
        return longest > 1 ? (6, Double(max(longest, 4))) : (0, 1)
    }
}
