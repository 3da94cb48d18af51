import Files
import Foundation
import HighMMT
import Multimodal
import Parallel
import Torch
import Training

/// The transfer of a trained model to tasks and modalities that it has never seen.
///
/// Source: the transfer experiment of Liang et al. 2023. Encoders and crossmodal blocks are
/// transferred; heads and the identities of new modalities start at random. See
/// `TransferredStart` in Training for the parameters whose size depends on the tasks.
public final class TaskTransfer {
    /// The suite, which trains only the tasks to transfer to.
    public let suite: Suite
    /// The sources by arm. Arms from random parameters use the sizes and groups of the first.
    private let sources: [TransferArm: SourceModel]
    private let dataRoot: String
    private let given: [String: String]
    private let device: Device
    private var opened: [String: [OpenedTask]] = [:]
    private var chosen: [String: TargetGroups] = [:]

    /// Opens and validates the data of the new tasks.
    ///
    /// - Parameters:
    ///   - run: The trained run.
    ///   - suite: The suite of the new tasks.
    ///   - tasks: The names of the tasks; `nil` takes those with the role `transfer`, or all if
    ///     there are none.
    ///   - groups: Stream or pair of the new tasks → a group number of the source, or one of its
    ///     streams or pairs. The others join the nearest group.
    ///   - dataRoot: The folder to which relative dataset paths refer.
    ///   - device: The device to train on.
    /// - Throws: `RunError` when the run is not trained, or was trained on one of the tasks;
    ///   `ConfigurationError` when a task does not exist; `DatasetError` when data are invalid.
    public init(
        from run: RunDirectory, to suite: Suite, tasks: [String]? = nil, groups: [String: String] = [:],
        dataRoot: String, device: Device
    ) throws {
        let latest = try SourceModel(run, device: device)
        var sources: [TransferArm: SourceModel] = [.fineTuned: latest, .frozenEncoder: latest, .fromScratch: latest]
        if latest.stage != .first, run.isTrained(.first) {
            sources[.beforeGrouping] = try SourceModel(run, stage: .first, device: device)
        }
        self.sources = sources
        self.suite = try Self.narrowed(suite, to: tasks, source: latest)
        self.dataRoot = dataRoot
        self.device = device
        given = groups
        _ = try OpenedSuite(self.suite, dataRoot: dataRoot)
    }

    /// The arms that the source allows, in the order of ``TransferArm``.
    public var arms: [TransferArm] { TransferArm.allCases.filter { sources[$0] != nil } }

    /// Checks that the source allows arms.
    ///
    /// - Throws: `RunError` that names the source and the first arm that it does not allow.
    public func check(_ arms: [TransferArm]) throws {
        if let arm = arms.first(where: { sources[$0] == nil }) { throw missing(arm) }
    }

    private func missing(_ arm: TransferArm) -> RunError {
        RunError(
            "\(arm.rawValue): \(sources[.fineTuned]?.run.path ?? "the source") has no model before grouping; it has one "
                + "stage only")
    }

    /// Returns the suite with the given tasks, all to be trained.
    private static func narrowed(_ suite: Suite, to names: [String]?, source: SourceModel) throws -> Suite {
        var suite = suite
        let transfer = suite.tasks.filter { $0.value.role == .transfer }.keys.sorted()
        let wanted = names ?? (transfer.isEmpty ? suite.tasks.keys.sorted() : transfer)
        for name in wanted {
            guard let task = suite.tasks[name] else {
                throw ConfigurationError(
                    file: suite.file, key: "tasks.\(name)",
                    reason: "no such task" + ClosestName.hint(for: name, among: suite.tasks.keys))
            }
            if let own = source.tasks[name], own.dataset == task.dataset, own.target == task.target {
                throw RunError(
                    "\(source.run.path): was trained on task '\(name)'; expected tasks that it has never seen")
            }
        }
        suite.tasks = suite.tasks.filter { wanted.contains($0.key) }.mapValues { task in
            var task = task
            task.role = .train
            return task
        }
        return suite
    }

    /// Returns the number of training rows whose labels each task uses.
    ///
    /// - Throws: The errors of `Suite.open`.
    public func rows(labels: Double, seed: UInt64) throws -> [String: Int] {
        try Dictionary(uniqueKeysWithValues: tasks(labels, seed).map { ($0.name, $0.rows(of: .train)) })
    }

    /// Trains one arm, or resumes, and returns its scores.
    ///
    /// - Parameters:
    ///   - arm: The arm, one of ``arms``.
    ///   - labels: The share of the training labels.
    ///   - seed: The seed.
    ///   - run: The folder of the new run.
    ///   - usesTest: False to score the validation splits and leave the test splits unread.
    ///   - observer: Receives the events.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: ``Interruption`` when `shouldStop` returned true; `RunError` when the folder
    ///   contains something else; the errors of ``StageTraining/train(observer:shouldStop:)``.
    public func perform(
        _ arm: TransferArm, labels: Double, seed: UInt64, in run: RunDirectory, usesTest: Bool = true,
        observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> RunResult {
        guard let source = sources[arm] else { throw missing(arm) }
        let team = Team.current
        // Of a kept study, only the scores are left.
        if usesTest, let known = try team.fromLead({ run.exists ? nil : run.result(of: .first) }) { return known }
        let suite = suite(labels, seed)
        let tasks = try tasks(labels, seed)
        let groups = try recordedGroups(of: run, labels, seed, source, tasks) ?? groups(labels, seed, source, tasks)
        let data = OpenedSuite(source.sized(suite, for: tasks, sharing: groups.sharing), validated: tasks)
        var training = try StageTraining(.first, of: data, run: run, device: device)
        let model = try training.stage.model.asHighMMT(run)
        let start = try TransferredStart(of: model, from: source.model)
        let isFresh = arm == .fromScratch
        if team.isLead {
            try FolderLock.holding(run.path) {
                try run.prepare(for: data.suite, tasks: data.tasks)
                try TransferRecord(
                    arm: arm, source: source.run.path, stage: source.stage, epoch: source.epoch, groups: groups,
                    fresh: isFresh ? model.parameters.paths.sorted() : start.fresh,
                    freshColumns: isFresh ? model.tokenWidth : start.freshColumns
                ).place(in: run)
            }
        }
        training.start(from: isFresh ? nil : start, freezing: arm == .frozenEncoder ? start.encoderPaths : [])
        return try training.perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
    }

    private func suite(_ labels: Double, _ seed: UInt64) -> Suite {
        var suite = suite
        suite.seed = seed
        suite.training.labels = labels < 1 ? labels : nil
        return suite
    }

    private func tasks(_ labels: Double, _ seed: UInt64) throws -> [OpenedTask] {
        let key = "\(labels) \(seed)"
        if let known = opened[key] { return known }
        let tasks = try suite(labels, seed).open(dataRoot: dataRoot)
        opened[key] = tasks
        return tasks
    }

    /// Returns the groups of a run that was started before, which need no probes; `nil` when others
    /// are asked for.
    private func recordedGroups(
        of run: RunDirectory, _ labels: Double, _ seed: UInt64, _ source: SourceModel, _ tasks: [OpenedTask]
    ) throws -> TargetGroups? {
        guard let record = try TransferRecord(in: run) else { return nil }
        let asked = try TargetGroups(
            given: asked(of: source), for: suite(labels, seed), tasks: tasks, source: source)
        return record.groups.given == asked ? record.groups : nil
    }

    /// The groups that are asked for, by their numbers in the latest stage.
    private func asked(of source: SourceModel) -> [String: String] {
        source.stage == sources[.fineTuned]?.stage ? given : [:]
    }

    private func groups(
        _ labels: Double, _ seed: UInt64, _ source: SourceModel, _ tasks: [OpenedTask]
    ) throws -> TargetGroups {
        let key = "\(source.stage.rawValue) \(labels) \(seed)"
        if let known = chosen[key] { return known }
        let groups = try TargetGroups(
            for: suite(labels, seed), tasks: tasks, source: source, given: asked(of: source))
        chosen[key] = groups
        return groups
    }
}
