import Files
import Foundation
import HighMMT
import Multimodal

/// The evaluation of a run.
extension StageRun {
    /// Scores the best parameters of a stage on a split.
    ///
    /// Scores of the original test split are saved in the run, in a separate file for each stage,
    /// unless another process is training the run or the data have changed.
    ///
    /// - Parameters:
    ///   - split: The split to score.
    ///   - stage: The stage to score; `nil` uses ``RunDirectory/latestStage``.
    ///   - conditions: The missing modalities, and the corruptions of the others. A task without
    ///     remaining modalities is left out.
    /// - Throws: ``RunError`` when no parameters were trained, no task remains, or a missing
    ///   modality was never missing in training; `FileError` or `DatasetError` that names the file
    ///   when one cannot be read or written, or a dataset has other classes or sizes by now.
    public func evaluate(
        on split: Split, stage: TrainingStage? = nil, conditions: InputConditions = InputConditions()
    ) throws -> RunResult {
        guard let scored = stage ?? run.latestStage else {
            throw RunError("\(run.path): has no trained parameters yet; train the suite first")
        }
        let stamp = try run.checksumOfBest(scored)
        let best = try run.bestModel(of: scored, device: model.parameters.device).model
        let left = tasks.filter { task in !task.modalities.allSatisfy { conditions.without.contains(task.stream($0)) } }
        guard !left.isEmpty else { throw RunError("\(run.path): no task has a modality left; remove fewer modalities") }
        for task in left {
            try checkMeaning(of: task)
            try checkAbsences(conditions.absentable(task), of: task, best)
        }
        let evaluator = Evaluator(best, tasks: left, objectives: objectives)
        let predictions = try evaluator.predictions(on: split, conditions: conditions)
        let scores = evaluator.scores(of: predictions)
        let leftOut = tasks.map(\.name).filter { name in !left.contains { $0.name == name } }
        var result = RunResult(
            suite: suite.name, split: split, seed: suite.seed, parameters: best.parameters.count,
            tasks: try left.reduce(into: [:]) { results, task in
                guard let own = scores[task.name] else { return }
                results[task.name] = RunResult.TaskResult(
                    scores: own, metrics: task.metrics, chance: try ChanceLevel.scores(of: task, on: split))
            }, conditions: conditions.isNone ? nil : conditions, leftOut: leftOut.isEmpty ? nil : leftOut)
        var details = RunDetails()
        if conditions.isNone {
            let last = MetricsLog(path: run.metricsPath).records(stage: scored).last
            let notes = try LearningNotes(best, tasks: left, objectives: objectives, suite: suite, last: last)
            let findings = try left.map { ($0.name, try notes.findings($0)) }
            let lines = findings.flatMap(\.1.lines)
            result.notes = lines.isEmpty ? nil : lines
            for (task, finding) in findings {
                details.tasks[task] = predictions[task].map { RunDetails.Task($0.predictions) }
                details.tasks[task]?.modalities = finding.worth.isEmpty ? nil : finding.worth
            }
            for task in left {
                guard let own = predictions[task.name]?.predictions else { continue }
                details.tasks[task.name]?.groups = try MemberScore.groups(of: task, on: split, own)
            }
        }
        let absences = try left.flatMap { try absenceNotes(of: $0, on: split, best) }
        if !absences.isEmpty { result.notes = (result.notes ?? []) + absences }
        let changed = try DataChecksums(of: run).changes(in: left, splits: [split])
        if !changed.isEmpty {
            let note = "the data have changed since this run began, so these are scores on other data: "
            result.notes = (result.notes ?? []) + [note + changed.joined(separator: ", ")]
        }
        if split == .test, conditions.isNone {
            try keep(of: scored, ifBestIs: stamp) {
                try details.write(to: run.detailsPath(of: scored))
                try result.write(to: run.resultPath(of: scored))
            }
        }
        return result
    }

    /// Writes measurements on the test splits into the run, unless the data have changed, another
    /// process is training the run, or the best parameters are others by now.
    func keep(of stage: TrainingStage, ifBestIs stamp: String?, write: () throws -> Void) throws {
        guard try DataChecksums(of: run).changes(in: tasks, splits: [.test]).isEmpty else { return }
        do {
            try FolderLock.holding(run.path) {
                guard try run.checksumOfBest(stage) == stamp else { return }
                try write()
            }
        } catch is FolderInUse {}
    }

    /// Returns true when the model was trained without a modality of a task.
    func canLack(_ modality: String, of task: OpenedTask, _ model: any MultitaskModel) throws -> Bool {
        try model.learnsPlaceholders && task.isTrained(without: modality)
    }

    /// Checks that the classes and the sizes of a dataset are those that the model was trained on.
    private func checkMeaning(of task: OpenedTask) throws {
        let path = run.datasetPath(of: task.task.dataset)
        guard FileManager.default.fileExists(atPath: path) else { return }
        let (known, now) = (try DatasetDescription(file: path), task.dataset.description)
        func failure(_ name: String, _ now: String, _ expected: String) -> DatasetError {
            DatasetError(
                file: "\(task.dataset.folder)/dataset.json",
                reason:
                    "\(name) has \(now); the model in \(run.path) was trained with \(expected); restore the dataset, or "
                    + "train again")
        }
        func classes(_ description: DatasetDescription) -> String {
            let classes = description.targets[task.task.target]?.classes
            return classes.map { "the classes " + $0.joined(separator: ", ") } ?? "no classes"
        }
        guard classes(now) == classes(known) else {
            throw failure("target '\(task.task.target)'", classes(now), classes(known))
        }
        for modality in task.modalities {
            func shape(_ description: DatasetDescription) -> String {
                let modality = description.modalities[modality]
                return modality.map { "axes \($0.axes) and \($0.channels) channels" } ?? "no values"
            }
            guard shape(now) == shape(known) else {
                throw failure("modality '\(modality)'", shape(now), shape(known))
            }
        }
    }

    private func checkAbsences(_ modalities: Set<String>, of task: OpenedTask, _ model: any MultitaskModel) throws {
        for modality in modalities.sorted() where try !canLack(modality, of: task, model) {
            throw RunError(
                "\(run.path): the model was never trained without \(task.stream(modality)); train with "
                    + "training.modality_dropout above 0 to score without it")
        }
    }
}
