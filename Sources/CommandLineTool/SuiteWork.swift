import Foundation
import Heterogeneity
import Multimodal
import Reporting
import Torch
import Training

/// The whole method, step by step; each step finds what it has already done.
struct SuiteWork {
    let suite: Suite
    let dataRoot: String
    let run: RunDirectory
    let device: Device
    let grouping: GroupingOptions
    let heterogeneity: HeterogeneityWork
    let prunesPairs: Bool

    /// Does what is not done yet: data, stage 1, heterogeneity, groups, stage 2, the pruned model if wished, speed.
    func perform(interrupt: InterruptSignal) throws -> SuiteOutcome {
        let tasks = try checkData()
        try checkNotInterrupted(interrupt)
        step("stage 1: one model that shares everything the suite lets it share")
        var outcome = SuiteOutcome()
        outcome.add(
            try SuiteTraining(suite: suite, dataRoot: dataRoot, run: run, device: device).train(interrupt: interrupt),
            of: .first)
        let kinds = HeterogeneityKind.allCases.filter { count($0, of: tasks) >= 2 }
        guard !kinds.isEmpty else { return try finish(outcome, tasks: tasks) }
        for kind in kinds {
            try checkNotInterrupted(interrupt)
            try measure(kind, interrupt: interrupt)
        }
        if let diagnoses = try heterogeneity.diagnose() { Terminal.write(PairDiagnosesText(diagnoses).text + "\n") }
        step("groups")
        let groups = try grouping.groups(of: run)
        Terminal.write(groups.text + "\n")
        try checkNotInterrupted(interrupt)
        step("stage 2: every group goes on from stage 1 with parameters of its own")
        outcome.add(try train(groups, interrupt: interrupt), of: .second)
        try checkNotInterrupted(interrupt)
        if prunesPairs {
            step("pruned: stage 2 without the pairs whose interaction adds nothing")
            try prune(groups, &outcome, interrupt: interrupt)
            try checkNotInterrupted(interrupt)
        }
        return try finish(outcome, tasks: tasks)
    }

    /// Opens every dataset of the suite, of which one that is missing says how to get it; whether numbers are valid is
    /// looked at where they are first read, before stage 1.
    private func checkData() throws -> [OpenedTask] {
        let every = try suite.open(dataRoot: dataRoot)
        let tasks = every.filter { $0.task.role == .train }
        let pairs = count(.interactions, of: tasks)
        if prunesPairs, pairs < 2 {
            throw RunError(
                "--prune-pairs: the tasks of suite '\(suite.name)' have \(pairs) pairs of modalities, expected at least 2 "
                    + "to compare")
        }
        step("data: \(Set(every.map(\.task.dataset)).count) datasets for \(every.count) tasks")
        return tasks
    }

    private func count(_ kind: HeterogeneityKind, of tasks: [OpenedTask]) -> Int {
        kind == .modalities ? TransferEntry.streams(of: tasks).count : TransferEntry.pairs(of: tasks).count
    }

    /// Measures what is not measured yet. Matrices that somebody put there without a measurement are used as they are.
    private func measure(_ kind: HeterogeneityKind, interrupt: InterruptSignal) throws {
        let folder = HeterogeneityFolder(run: run.path)
        step("heterogeneity of \(kind.rawValue)")
        if !folder.isMeasured, FileManager.default.fileExists(atPath: folder.matrixPath(kind)) { return }
        if let matrices = try heterogeneity.measure(kind, interrupt: interrupt) {
            Terminal.write(HeterogeneityText(matrices, kind: kind).text + "\n")
        }
    }

    private func train(
        _ groups: SharingGroups, isPruned: Bool = false, interrupt: InterruptSignal
    ) throws -> RunResult {
        try SuiteTraining(
            suite: suite, dataRoot: dataRoot, run: run, device: device, groups: groups, isPruned: isPruned
        ).train(interrupt: interrupt)
    }

    private func prune(_ groups: SharingGroups, _ outcome: inout SuiteOutcome, interrupt: InterruptSignal) throws {
        guard let pruned = groups.pruned(by: try HeterogeneityFolder(run: run.path).diagnoses()) else {
            outcome.leftOut = []
            return
        }
        Terminal.write("left out: \(pruned.leftOut.joined(separator: " "))\n")
        outcome.leftOut = pruned.leftOut
        outcome.add(try train(pruned, isPruned: true, interrupt: interrupt), of: .pruned)
        try pruned.write(to: run.prunedGroupsPath)
    }

    /// The last step: how fast the models are. When it ends, the run holds everything that can be reported of it.
    private func finish(_ outcome: SuiteOutcome, tasks: [OpenedTask]) throws -> SuiteOutcome {
        var outcome = outcome
        let stages = TrainingStage.allCases.filter { outcome.stages[$0.rawValue] != nil }
        if let known = RunSpeed(path: run.speedPath), known.covers(stages, tasks: tasks.map(\.name)) {
            outcome.speed = known
        } else {
            step("speed of inference on the CPU")
            let speed = try RunSpeed(measuring: run, tasks: tasks, stages: stages)
            try speed.write(to: run.speedPath)
            outcome.speed = speed
        }
        Terminal.write("what was found, to look at: \(try RunReport(run: run.path).write())\n")
        return outcome
    }

    private func step(_ words: String) { Terminal.write(Terminal.bold("== \(words)") + "\n") }

    private func checkNotInterrupted(_ interrupt: InterruptSignal) throws {
        guard !interrupt.isReceived else {
            throw Interruption(
                description: "interrupted; all finished steps are kept in \(run.path): give the same command again to "
                    + "continue")
        }
    }
}
