import Files
import Foundation
import Heterogeneity
import Multimodal
import Parallel
import Torch
import Training

/// The whole method of the paper, step by step, in the folder of a run. Each step reuses its
/// finished work.
public struct WholeMethod: Sendable {
    /// The suite.
    public var suite: Suite
    /// The folder to which relative dataset paths refer.
    public var dataRoot: String
    /// The run whose folder keeps all results.
    public var run: RunDirectory
    /// The device on which stages are trained.
    public var device: Device
    /// The options of the measurements.
    public var measurement: MeasurementOptions
    /// The options for forming groups.
    public var grouping: GroupChoice
    /// Also trains a model without the pairs whose interaction adds nothing.
    public var prunesPairs: Bool

    /// Creates the method for a suite.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - dataRoot: The folder to which relative dataset paths refer.
    ///   - run: The run whose folder keeps all results.
    ///   - device: The device on which stages are trained.
    ///   - measurement: The options of the measurements.
    ///   - grouping: The options for forming groups.
    ///   - prunesPairs: Also trains a model without the pairs whose interaction adds nothing.
    public init(
        suite: Suite, dataRoot: String, run: RunDirectory, device: Device = .cpu,
        measurement: MeasurementOptions = MeasurementOptions(), grouping: GroupChoice = GroupChoice(),
        prunesPairs: Bool = false
    ) {
        self.suite = suite
        self.dataRoot = dataRoot
        self.run = run
        self.device = device
        self.measurement = measurement
        self.grouping = grouping
        self.prunesPairs = prunesPairs
    }

    /// Performs the steps that are not finished: data, stage 1, heterogeneity, groups, stage 2, the
    /// pruned model if requested, and speed.
    ///
    /// The processes of a team share the trainings of the measurements. The lead does the rest.
    ///
    /// - Parameters:
    ///   - usesTest: False to score the validation splits and leave the test splits unread.
    ///   - observer: Receives the events, in part from other threads.
    ///   - shouldStop: Returns true to stop; called from several threads.
    /// - Throws: ``Interruption`` when `shouldStop` returned true; `Dismissal` on all processes of
    ///   a team but the lead, after the measurements; `FolderInUse` when another process writes
    ///   into the folder; otherwise the errors of the steps:
    ///   ``StageTraining/perform(usesTest:observer:shouldStop:)``,
    ///   ``HeterogeneityMeasurement/measure(_:observer:shouldStop:)`` and
    ///   ``GroupChoice/groups(from:)``.
    public func perform(
        usesTest: Bool = true, observer: @escaping MethodObserver = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> MethodOutcome {
        let everyTask = try openData(observer)
        try checkNotInterrupted(shouldStop)
        return try FolderLock.holding(run.path) { try perform(everyTask, usesTest, observer, shouldStop) }
    }

    private func perform(
        _ everyTask: [OpenedTask], _ usesTest: Bool, _ observer: @escaping MethodObserver,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> MethodOutcome {
        // Stage 1 writes the suite, so the other stages are checked before.
        for stage in [TrainingStage.second, .pruned] { try run.checkOptimisation(of: stage, for: suite) }
        observer(.began(.stage1))
        let data = try OpenedSuite(suite, everyTask: everyTask)
        func train(_ stage: StageTraining) throws -> RunResult {
            try stage.perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
        }
        var outcome = MethodOutcome()
        outcome.stages[.first] = try Team.current.fromLead { try train(training(.first, data)) }
        let kinds = HeterogeneityKind.allCases.filter { $0.entries(of: data.tasks).count >= 2 }
        if !kinds.isEmpty { try measure(kinds, of: data.tasks, observer, shouldStop) }
        try Team.current.dismissHelpers()
        return try Team.$current.withValue(.alone) {
            guard !kinds.isEmpty else { return try finish(outcome, tasks: data.tasks, observer) }
            return try fineTune(outcome, data, observer, shouldStop, train)
        }
    }

    private func training(_ stage: Stage, _ data: OpenedSuite) throws -> StageTraining {
        try StageTraining(stage, of: data, run: run, device: device)
    }

    /// Forms the groups and trains the stages that have them.
    private func fineTune(
        _ outcome: MethodOutcome, _ data: OpenedSuite, _ observer: @escaping MethodObserver,
        _ shouldStop: @escaping @Sendable () -> Bool, _ train: (StageTraining) throws -> RunResult
    ) throws -> MethodOutcome {
        var outcome = outcome
        if let diagnoses = try heterogeneity(of: data.tasks).diagnose() { observer(.diagnosed(diagnoses)) }
        observer(.began(.groups))
        let groups = try grouping.groups(from: run)
        // Throws, before the groups are kept, if the run has a stage 2 of other groups.
        let second = try training(.second(StageGroups(groups)), data)
        try grouping.keep(groups, in: run)
        observer(.grouped(groups))
        try checkNotInterrupted(shouldStop)
        observer(.began(.stage2))
        outcome.stages[.second] = try train(second)
        try checkNotInterrupted(shouldStop)
        if prunesPairs {
            observer(.began(.pruned))
            let pruned = try groups.pruned(by: HeterogeneityFolder(run: run.path).diagnoses())
            outcome.leftOut = pruned?.leftOut ?? []
            if let pruned {
                observer(.leftOut(pruned.leftOut))
                outcome.stages[.pruned] = try train(training(.pruned(StageGroups(pruned)), data))
                try pruned.write(to: run.prunedGroupsPath)
            }
            try checkNotInterrupted(shouldStop)
        }
        return try finish(outcome, tasks: data.tasks, observer)
    }

    /// Opens every dataset of the suite. The error for a missing dataset says how to obtain it.
    private func openData(_ observer: MethodObserver) throws -> [OpenedTask] {
        try suite.checkMethodHasGroups(otherwise: "use highmmt train")
        let everyTask = try suite.open(dataRoot: dataRoot)
        let pairs = HeterogeneityKind.interactions.entries(of: everyTask.filter { $0.task.role == .train }).count
        if prunesPairs, pairs < 2 {
            throw RunError(
                "--prune-pairs: the tasks of suite '\(suite.name)' have \(pairs) pairs of modalities; expected at least 2 "
                    + "to compare")
        }
        observer(.began(.data(datasets: Set(everyTask.map(\.task.dataset)).count, tasks: everyTask.count)))
        return everyTask
    }

    /// Performs the unfinished measurements. Matrices that were placed in the folder without a
    /// measurement are used unchanged.
    private func measure(
        _ kinds: [HeterogeneityKind], of tasks: [OpenedTask], _ observer: @escaping MethodObserver,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let folder = HeterogeneityFolder(run: run.path)
        let heterogeneity = heterogeneity(of: tasks)
        for kind in kinds {
            try checkNotInterrupted(shouldStop)
            observer(.began(.heterogeneity(kind)))
            let isGiven = try Team.current.fromLead {
                !folder.isMeasured && FileManager.default.fileExists(atPath: folder.matrixPath(kind))
            }
            if isGiven { continue }
            if let matrices = try heterogeneity.measure(kind, observer: observer, shouldStop: shouldStop) {
                observer(.measured(kind, matrices))
            }
        }
    }

    private func heterogeneity(of tasks: [OpenedTask]) -> HeterogeneityMeasurement {
        HeterogeneityMeasurement(of: suite, tasks: tasks, run: run, options: measurement)
    }

    /// Measures the speed of the models, the last step. The run is then complete.
    private func finish(
        _ outcome: MethodOutcome, tasks: [OpenedTask], _ observer: MethodObserver
    ) throws -> MethodOutcome {
        var outcome = outcome
        let stages = TrainingStage.allCases.filter { outcome.stages[$0] != nil }
        if let measured = RunSpeed(path: run.speedPath), measured.covers(stages, tasks: tasks.map(\.name)) {
            outcome.speed = measured
        } else {
            observer(.began(.speed))
            let speed = try RunSpeed(measuring: run, tasks: tasks, stages: stages)
            try speed.write(to: run.speedPath)
            outcome.speed = speed
        }
        return outcome
    }

    private func checkNotInterrupted(_ shouldStop: () -> Bool) throws {
        if try Team.current.any(shouldStop()) { throw Interruption.method(run: run.path) }
    }
}
