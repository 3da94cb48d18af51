import Foundation
import Heterogeneity
import Multimodal
import Torch
import Training

/// The method of the paper, step by step, in the folder of a run; each step finds what it has already done.
public struct WholeMethod: Sendable {
    /// The suite.
    public var suite: Suite
    /// Where its datasets lie.
    public var dataRoot: String
    /// Where everything is kept.
    public var run: RunDirectory
    /// Where stages are trained.
    public var device: Device
    /// How heterogeneities are measured.
    public var measurement: MeasurementOptions
    /// How they become groups.
    public var grouping: GroupChoice
    /// Whether a model without the pairs whose interaction adds nothing is trained too.
    public var prunesPairs: Bool

    /// Names all parts.
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

    /// Does what is not done yet: data, stage 1, heterogeneity, groups, stage 2, the pruned model if wished, speed.
    ///
    /// - Throws: ``Interruption`` when `shouldStop` said so; otherwise what the steps throw.
    public func perform(
        observer: @escaping MethodObserver = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> MethodOutcome {
        let everyTask = try openData(observer)
        try checkNotInterrupted(shouldStop)
        observer(.began(.stage1))
        let data = try OpenedSuite(suite, everyTask: everyTask)
        func train(_ stage: Stage) throws -> RunResult {
            try StageTraining(stage, of: data, run: run, device: device)
                .perform(observer: observer, shouldStop: shouldStop)
        }
        var outcome = MethodOutcome()
        outcome.stages[.first] = try train(.first)
        let kinds = HeterogeneityKind.allCases.filter { $0.entries(of: data.tasks).count >= 2 }
        guard !kinds.isEmpty else { return try finish(outcome, tasks: data.tasks, observer) }
        try measure(kinds, of: data.tasks, observer, shouldStop)
        observer(.began(.groups))
        let groups = try grouping.groups(of: run)
        observer(.grouped(groups))
        try checkNotInterrupted(shouldStop)
        observer(.began(.stage2))
        outcome.stages[.second] = try train(.second(StageGroups(groups)))
        try checkNotInterrupted(shouldStop)
        if prunesPairs {
            observer(.began(.pruned))
            let pruned = try groups.pruned(by: HeterogeneityFolder(run: run.path).diagnoses())
            outcome.leftOut = pruned?.leftOut ?? []
            if let pruned {
                observer(.leftOut(pruned.leftOut))
                outcome.stages[.pruned] = try train(.pruned(StageGroups(pruned)))
                try pruned.write(to: run.prunedGroupsPath)
            }
            try checkNotInterrupted(shouldStop)
        }
        return try finish(outcome, tasks: data.tasks, observer)
    }

    /// Opens every dataset of the suite, of which one that is missing says how to get it.
    private func openData(_ observer: MethodObserver) throws -> [OpenedTask] {
        let everyTask = try suite.open(dataRoot: dataRoot)
        let pairs = HeterogeneityKind.interactions.entries(of: everyTask.filter { $0.task.role == .train }).count
        if prunesPairs, pairs < 2 {
            throw RunError(
                "--prune-pairs: the tasks of suite '\(suite.name)' have \(pairs) pairs of modalities, expected at least 2 "
                    + "to compare")
        }
        observer(.began(.data(datasets: Set(everyTask.map(\.task.dataset)).count, tasks: everyTask.count)))
        return everyTask
    }

    /// Measures what is not measured yet. Matrices that somebody put there without a measurement are used as they are.
    private func measure(
        _ kinds: [HeterogeneityKind], of tasks: [OpenedTask], _ observer: @escaping MethodObserver,
        _ shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        let folder = HeterogeneityFolder(run: run.path)
        let work = HeterogeneityMeasurement(of: suite, tasks: tasks, run: run, options: measurement)
        for kind in kinds {
            try checkNotInterrupted(shouldStop)
            observer(.began(.heterogeneity(kind)))
            if !folder.isMeasured, FileManager.default.fileExists(atPath: folder.matrixPath(kind)) { continue }
            if let matrices = try work.measure(kind, observer: observer, shouldStop: shouldStop) {
                observer(.measured(kind, matrices))
            }
        }
        if let diagnoses = try work.diagnose() { observer(.diagnosed(diagnoses)) }
    }

    /// The last step: how fast the models are. When it ends, the run holds everything that can be reported of it.
    private func finish(
        _ outcome: MethodOutcome, tasks: [OpenedTask], _ observer: MethodObserver
    ) throws -> MethodOutcome {
        var outcome = outcome
        let stages = TrainingStage.allCases.filter { outcome.stages[$0] != nil }
        if let known = RunSpeed(path: run.speedPath), known.covers(stages, tasks: tasks.map(\.name)) {
            outcome.speed = known
        } else {
            observer(.began(.speed))
            let speed = try RunSpeed(measuring: run, tasks: tasks, stages: stages)
            try speed.write(to: run.speedPath)
            outcome.speed = speed
        }
        return outcome
    }

    private func checkNotInterrupted(_ shouldStop: () -> Bool) throws {
        if shouldStop() { throw Interruption.method(run: run.path) }
    }
}
