import Files
import Foundation
import Heterogeneity
import HighMMT
import Method
import Multimodal
import Numerics
import Parallel
import Torch
import Training

/// The trainings of a study: each suite has a run folder of its own, and finished runs are not
/// repeated.
public struct StudyTraining {
    /// The folder to which relative dataset paths refer.
    public var dataRoot: String
    /// The folder of the runs.
    public var folder: String
    /// The device to train on.
    public var device: Device
    /// False to score the validation splits and leave the test splits unread.
    public var usesTest: Bool
    /// Receives a line about each training.
    public var saying: (String) -> Void = { _ in }
    /// Receives the events of the trainings.
    public var observer: MethodObserver = { _ in }
    /// Returns true to stop; called before each step.
    public var shouldStop: () -> Bool = { false }

    /// Creates the trainings of a study.
    public init(dataRoot: String, folder: String, device: Device = .cpu, usesTest: Bool = true) {
        self.dataRoot = dataRoot
        self.folder = folder
        self.device = device
        self.usesTest = usesTest
    }

    /// The split of the scores.
    var split: Split { usesTest ? .test : .valid }

    /// Returns the folder of a run.
    func run(_ name: String) -> RunDirectory { RunDirectory("\(folder)/\(name)") }

    /// Keeps what the study asks in its folder, or checks that the folder is of the same question.
    ///
    /// - Parameters:
    ///   - suite: The suite of the study.
    ///   - grouping: The measurements from which it forms groups or chooses pairs; `nil` without.
    /// - Throws: `RunError` that names the difference to the study in the folder; `FileError` or
    ///   `ConfigurationError` when a file cannot be read or written.
    func settle(_ suite: Suite, _ grouping: StudyQuestion.Grouping? = nil) throws {
        try Team.current.leadFirst {
            try Folder.make(folder)
            try StudyQuestion(suite: suite, grouping: grouping).settle(in: folder)
        }
    }

    /// Trains a suite, or resumes, and returns its scores.
    ///
    /// - Throws: `Interruption` when `shouldStop` returned true; the errors of
    ///   `StageTraining.train`.
    func result(of suite: Suite, named name: String) throws -> RunResult {
        try Folder.make(folder)
        let run = run(name)
        if usesTest, let known = run.finishedResult(of: .first) { return known }
        saying(name)
        return try SuiteTraining(suite, dataRoot: dataRoot, run: run, device: device)
            .perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
    }

    /// Trains only stage 1 of a suite, or resumes, without scoring it.
    ///
    /// - Throws: As ``result(of:named:)``.
    func train(_ suite: Suite, named name: String) throws {
        try Folder.make(folder)
        saying(name)
        try StageTraining(.first, of: OpenedSuite(suite, dataRoot: dataRoot), run: run(name), device: device)
            .train(observer: observer, shouldStop: shouldStop)
    }

    /// Trains stage 2 of a suite from a copy of a run whose stage 1 is trained, or resumes, and
    /// returns its scores.
    ///
    /// - Parameters:
    ///   - suite: The suite of both runs.
    ///   - name: The name of the run of stage 2.
    ///   - base: The run with stage 1.
    ///   - groups: Returns the groups of stage 2.
    /// - Throws: As ``result(of:named:)``, and the errors of `groups`.
    func divided(
        _ suite: Suite, named name: String, from base: RunDirectory, groups: () throws -> SharingGroups
    ) throws -> RunResult {
        let run = run(name)
        if usesTest, let known = run.result(of: .second) { return known }
        saying(name)
        try run.start(asCopyOf: base)
        let sharing = try groups()
        let stage = try StageTraining(
            .second(StageGroups(sharing)), of: OpenedSuite(suite, dataRoot: dataRoot), run: run, device: device)
        try sharing.write(to: run.groupsPath)
        return try stage.perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
    }

    /// Trains both stages of a suite in runs of their own, or resumes, and returns the scores of
    /// stage 2.
    ///
    /// - Parameters:
    ///   - suite: The suite of both runs.
    ///   - name: The name of the run of stage 2.
    ///   - base: The name of the run of stage 1, which others may share.
    ///   - groups: Returns the groups of stage 2, given the run of stage 1.
    /// - Throws: As ``result(of:named:)``, and the errors of `groups`.
    func divided(
        _ suite: Suite, named name: String, after base: String, groups: (RunDirectory) throws -> SharingGroups
    ) throws -> RunResult {
        if usesTest, let known = run(name).result(of: .second) { return known }
        try train(suite, named: base)
        return try divided(suite, named: name, from: run(base)) { try groups(run(base)) }
    }

    /// Returns the share of the loss of chance that the best epoch of a stage explains on the
    /// validation split; `nil` if unknown.
    ///
    /// - Throws: `RunError` when the checkpoint cannot be read.
    func validationScore(_ name: String, _ stage: TrainingStage = .first) throws -> Double? {
        try run(name).checkpoints(stage: stage).latest()?.state.bestScore
    }

    /// Returns the milliseconds of inference per sample, averaged over tasks; `nil` without tasks.
    /// They are measured once per run.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - stage: The stage of the model.
    ///   - names: The tasks of the run.
    /// - Throws: `FileError` or `RunError` when a file of the run cannot be read.
    func inferenceMilliseconds(
        of run: RunDirectory, stage: TrainingStage, tasks names: some Sequence<String>
    ) throws -> Double? {
        let names = names.sorted()
        var speed = RunSpeed(path: run.speedPath)
        if speed?.covers([stage], tasks: names) != true {
            let tasks = try Suite(ofRun: run.suitePath).open(dataRoot: dataRoot, role: .train)
            speed = try RunSpeed(measuring: run, tasks: tasks, stages: [stage])
            try speed?.write(to: run.speedPath)
        }
        let times = names.compactMap { speed?.stages[stage]?.milliseconds[$0] }
        return times.isEmpty ? nil : times.mean
    }

    /// Writes the result of a study as `NAME.json` and its table as `NAME.csv`.
    ///
    /// - Throws: `FileError` when a file cannot be written.
    func write(_ result: some Encodable, _ table: StudyTable, named name: String) throws {
        try JSONFile.write(result, to: "\(folder)/\(name).json")
        try write(table, named: name)
    }

    /// Writes a table as `NAME.csv`.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    func write(_ table: StudyTable, named name: String) throws {
        try AtomicFile.write(Array(table.csv.utf8), to: "\(folder)/\(name).csv")
    }
}
