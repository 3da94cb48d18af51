import ArgumentParser
import Foundation
import Multimodal
import Studies
import Torch
import Training

/// `highmmt evaluate`: scores a run.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score the best parameters of a run on a split of its data.",
        discussion: """
            Runs of the same suite from different seeds are summarised by mean and standard error. A model handles \
            missing modalities only if it was trained with training.modality_dropout above 0. The unmodified test \
            scores of each stage are stored in the run: result.json for stage 1, stage2/result.json, \
            pruned/result.json.

            Examples:
              highmmt evaluate runs/open
              highmmt evaluate runs/open --split valid --json
              highmmt evaluate runs/seed-1 runs/seed-2 runs/seed-3
              highmmt evaluate runs/open --without digits/pixels --corrupt gaussian=0.5@speaker/speech
              highmmt evaluate runs/open --stage stage1
              highmmt evaluate runs/open --each-without
              highmmt evaluate runs/open --robustness
            """)

    @Argument(help: ArgumentHelp("Folders of the runs.", valueName: "run"))
    var runFolders: [String]

    @Option(help: "train, valid or test.")
    var split: Split = .test

    @Option(
        help: ArgumentHelp(
            "Remove a modality from all samples: task/modality, or modality for all tasks that have it. Repeatable.",
            valueName: "stream"))
    var without: [String] = []

    @Option(
        help: ArgumentHelp(
            "Corrupt inputs: gaussian, salt-and-pepper, dropped-tokens or dropped-modalities, with a severity from 0 to 1. "
                + "Append @STREAM to corrupt one stream only. Repeatable.", valueName: "kind=severity"))
    var corrupt: [String] = []

    @Flag(help: "Score every task without each of its modalities, and with each alone.")
    var eachWithout = false

    @Flag(help: "Score under every kind of corruption at severities 0, 0.25, 0.5, 0.75 and 1.")
    var robustness = false

    @Option(help: "stage1, stage2 or pruned. (default: stage2 if it exists, else stage1)")
    var stage: TrainingStage?

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let isTable = eachWithout || robustness
        if eachWithout, robustness {
            throw ValidationError("--each-without and --robustness exclude each other; expected one of them")
        }
        if isTable, runFolders.count > 1 {
            throw ValidationError("--each-without and --robustness take one run; \(runFolders.count) are given")
        }
        if isTable, !without.isEmpty || !corrupt.isEmpty {
            throw ValidationError("--each-without and --robustness cannot be combined with --without or --corrupt")
        }
    }

    func run() throws {
        let corruptions = try corrupt.map(Corruption.init(parsing:))
        let device = try runtime.activate()
        let directories = runFolders.map(RunDirectory.init)
        for directory in directories where !directory.exists {
            throw RunError("\(directory.path): contains no run; expected a folder made by highmmt train")
        }
        for directory in directories.dropFirst() { try directories[0].check(sameSuiteAs: directory) }
        try SeedSummary.check(seeds: directories.map { try Suite(ofRun: $0.suitePath).seed })
        func opened(_ directory: RunDirectory) throws -> StageRun {
            let suite = try OpenedSuite(Suite(ofRun: directory.suitePath), dataRoot: data.root)
            if directory.path == directories[0].path { Terminal.writeRemarks(on: suite.tasks.map(\.dataset)) }
            return try StageRun(of: suite, run: directory, device: device)
        }
        if eachWithout {
            let costs = try opened(directories[0]).modalityCosts(on: split, stage: stage) {
                Terminal.write("scoring \($0)\n")
            }
            if json { try JSONOutput.print(costs) } else { print(ModalityCostsText(costs).text) }
            return
        }
        if robustness {
            let curves = try opened(directories[0]).robustness(on: split, stage: stage) {
                Terminal.write("scoring \($0)\n")
            }
            if json { try JSONOutput.print(curves) } else { print(RobustnessText(curves).text) }
            return
        }
        let results = try directories.map { try score(opened($0), in: $0, corruptions) }
        Terminal.writeNotes(of: results)
        if results.count == 1 {
            if json { try JSONOutput.print(results[0]) } else { print(EvaluationText(results[0]).text) }
        } else {
            let summary = try SeedSummary(results)
            if json { try JSONOutput.print(summary) } else { print(SeedSummaryText(summary).text) }
        }
    }

    private func score(_ run: StageRun, in directory: RunDirectory, _ corruptions: [Corruption]) throws -> RunResult {
        let streams = try without.flatMap { try StreamNames.streams(named: $0, in: run.tasks, option: "--without") }
        for place in corruptions.compactMap(\.place) {
            _ = try StreamNames.streams(named: place, in: run.tasks, option: "--corrupt")
        }
        var result = try run.evaluate(
            on: split, stage: stage,
            conditions: InputConditions(without: streams, corruptions: corruptions, seed: run.suite.seed))
        result.secondsPerEpoch = (stage ?? directory.latestStage).flatMap { stage in
            RunTiming(path: directory.timingPath)?.stages[stage]?.secondsPerEpoch
        }
        return result
    }
}
