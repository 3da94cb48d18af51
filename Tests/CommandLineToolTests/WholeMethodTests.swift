import Files
import Foundation
import Heterogeneity
import Method
import Multimodal
import Numerics
import Testing
import Torch
import Training

/// `highmmt run`, from the data to the comparison of all stages.
@Suite struct WholeMethodTests {
    private static let command = [
        "run", "three.yaml", "--data", "data", "--prune-pairs", "--epochs", "8", "--seeds", "1", "--samples", "128",
        "--workers", "1", "--threads", "1",
    ]

    private func workspace() throws -> Workspace { try Workspace.threeModalities(isRedundant: true) }

    /// Returns the files of a run that the same seed reproduces.
    private func files(_ run: String, _ workspace: Workspace) throws -> [String: Data?] {
        let excluded = ["timing.json", "speed.json", "commands.txt", "report.html"].map { "\(run)/\($0)" }
        let own = try workspace.listing().filter {
            $0.key.hasPrefix("\(run)/") && !excluded.contains($0.key) && !$0.key.hasPrefix("\(run)/tensorboard")
        }
        return Dictionary(uniqueKeysWithValues: own.map { (String($0.key.dropFirst(run.count)), $0.value) })
    }

    @Test func stagesAreComparedAndKept() throws {
        let workspace = try workspace()
        let done = try workspace.highmmt(Self.command + ["--run", "whole"])
        #expect(done.status == 0, "\(done.messages)")
        #expect(done.output.contains("stage1") && done.output.contains("stage2") && done.output.contains("pruned"))
        #expect(done.output.contains("ms per sample") && done.output.contains("pairs that add nothing: kind/"))
        let run = RunDirectory(workspace.path("whole"))
        let results = TrainingStage.allCases.compactMap(run.result(of:))
        #expect(results.count == 3 && Set(results.map(\.parameters)).count > 1)
        #expect(run.latestStage == .second)
        let speed = try #require(RunSpeed(path: run.speedPath))
        #expect(speed.covers(TrainingStage.allCases, tasks: ["kind"]) && speed.batch == 32)

        // Scoring a stage again gives the stored result.
        for stage in TrainingStage.allCases {
            let scored = try workspace.highmmt([
                "evaluate", "whole", "--data", "data", "--stage", stage.rawValue, "--json",
            ])
            var again = try JSONFile.decode(RunResult.self, from: Data(scored.output.utf8))
            again.secondsPerEpoch = nil
            #expect(again == run.result(of: stage), "\(stage)")
        }
        // Repeating the command does no work.
        let before = try workspace.listing()
        let repeated = try workspace.highmmt(Self.command + ["--run", "whole"])
        #expect(repeated.status == 0 && repeated.output == done.output, "\(repeated.messages)")
        #expect(!repeated.messages.contains("epoch 1/"))
        #expect(try workspace.listing() == before)
        // After deleting the pruned model, finetune creates the same one.
        let pruned = try files("whole", workspace).filter {
            $0.key.hasPrefix("/pruned/") && !$0.key.hasSuffix("groups.json")
        }
        try FileManager.default.removeItem(atPath: workspace.path("whole/pruned"))
        let finetune = ["finetune", "whole", "--prune-pairs", "--data", "data", "--threads", "1"]
        // With --no-test, it reads no test split and stores no scores.
        let validated = try workspace.highmmt(finetune + ["--no-test", "--json"])
        #expect(validated.status == 0, "\(validated.messages)")
        #expect(try JSONFile.decode(RunResult.self, from: Data(validated.output.utf8)).split == .valid)
        #expect(run.result(of: .pruned) == nil)
        let tuned = try workspace.highmmt(finetune)
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(try files("whole", workspace).filter { $0.key.hasPrefix("/pruned/") } == pruned)
    }

    /// `train --groups` divides the parameters from the start, without the limit on gradients of a
    /// model that shares all.
    @Test func groupsCanBeTrainedFromTheStart() throws {
        let workspace = try workspace()
        let budget = ["--epochs", "1", "--seeds", "1", "--samples", "16", "--workers", "1"]
        let measured = try workspace.highmmt(
            ["heterogeneity", "three.yaml", "--data", "data", "--run", "matrices"] + budget)
        #expect(measured.status == 0, "\(measured.messages)")
        let command = [
            "train", "three.yaml", "training.epochs=1", "training.batch=16", "--data", "data", "--run", "grouped",
            "--no-test",
        ]
        #expect(try workspace.highmmt(command + ["--encoder-groups", "2"]).status == 2)
        let missing = try workspace.highmmt(command + ["--groups", "nowhere"])
        #expect(missing.status == 2 && missing.messages.contains("nowhere: has neither groups.json nor matrices"))
        let choice = ["--groups", "matrices", "--encoder-groups", "2", "--crossmodal-groups", "2"]
        let grouped = try workspace.highmmt(command + choice)
        #expect(grouped.status == 0, "\(grouped.messages)")
        let matrices = RunDirectory(workspace.path("matrices"))
        let groups = try GroupChoice(encoderGroups: 2, crossmodalGroups: 2).groups(from: matrices)
        #expect(!FileManager.default.fileExists(atPath: matrices.groupsPath), "another run is only read")
        let suite = try Suite(ofRun: RunDirectory(workspace.path("grouped")).suitePath)
        #expect(suite.model.groups == ModelSettings.Groups(groups))
        #expect(Set(try #require(suite.model.groups).encoders.values).count == 2)
        // A repeated command continues the run; without the groups, it is another one.
        #expect(try workspace.highmmt(command + choice).status == 0)
        #expect(try workspace.highmmt(command).status == 2)
        let other = try workspace.highmmt(command + choice + ["--method", "late-fusion"])
        #expect(other.status == 2 && other.messages.contains("late-fusion, which has no groups"))
    }

    /// With `--no-test`, the whole method scores the validation splits and stores no scores.
    @Test func noTestScoresValidationSplits() throws {
        let workspace = try workspace()
        let command = [
            "run", "three.yaml", "training.epochs=1", "training.stage2.epochs=1", "--data", "data", "--run", "run",
            "--epochs", "1", "--seeds", "1", "--samples", "16", "--no-test",
        ]
        let done = try workspace.highmmt(command + ["--json"])
        #expect(done.status == 0, "\(done.messages)")
        let outcome = try JSONFile.decode(MethodOutcome.self, from: Data(done.output.utf8))
        #expect(Set(outcome.stages.values.map(\.split)) == [.valid])
        let run = RunDirectory(workspace.path("run"))
        #expect(TrainingStage.allCases.allSatisfy { run.result(of: $0) == nil })
        #expect(FileManager.default.fileExists(atPath: workspace.path("run/report.html")))
        let shown = try workspace.highmmt(command)
        #expect(shown.output.contains("scores: validation splits"), "\(shown.output)")
    }

    /// Stage 2 starts from the best parameters of stage 1. It is not continued after these have
    /// changed.
    @Test func aLongerStage1AsksForANewStage2() throws {
        let workspace = try workspace()
        let command = ["three.yaml", "training.stage2.epochs=1", "--data", "data", "--run", "run"]
        let budget = ["--epochs", "1", "--seeds", "1", "--samples", "16"]
        let short = try workspace.highmmt(["run"] + command + budget + ["training.epochs=1"])
        #expect(short.status == 0, "\(short.messages)")
        let longer = try workspace.highmmt(["run"] + command + budget)
        let changed = try #require(try RunDirectory(workspace.path("run")).checkpoints(stage: .first).latest())
        #expect(changed.state.bestEpoch ?? 1 > 1)
        #expect(longer.status == 2 && longer.messages.contains("run/stage2: started from epoch 1 of stage 1"))
        try FileManager.default.removeItem(atPath: workspace.path("run/stage2"))
        #expect(try workspace.highmmt(["run"] + command + budget).status == 0)
    }

    /// Ctrl-C in any step saves, and the final files equal those of an uninterrupted run.
    @Test func interruptionsChangeNothing() throws {
        let workspace = try workspace()
        let whole = try workspace.highmmt(Self.command + ["--run", "whole"])
        #expect(whole.status == 0, "\(whole.messages)")
        for mark in [
            "stage1: 12 epochs", "modalities: 3 entries", "interactions: 3 entries", "stage2: 12", "pruned: 12",
        ] {
            let once = Once()
            let stopped = try Tool.run(Self.command + ["--run", "stopped"], in: workspace.root) { process, text in
                // A second signal would end the process without saving.
                if text.contains(mark), once.isFirst { process.interrupt() }
            }
            #expect(stopped.status == 0 && stopped.messages.contains("interrupted"), "\(mark): \(stopped.messages)")
            #expect(stopped.output.isEmpty)
        }
        let done = try workspace.highmmt(Self.command + ["--run", "stopped"])
        #expect(done.status == 0, "\(done.messages)")
        #expect(try files("stopped", workspace) == files("whole", workspace))
    }

    @Test func impossibleRequestsFailAtOnce() throws {
        let workspace = try workspace()
        let single = try workspace.highmmt(["run", "suite.yaml", "--data", "data", "--prune-pairs"])
        #expect(single.status == 2 && single.messages.contains("have 1 pairs of modalities; expected at least 2"))
        try FileManager.default.removeItem(atPath: workspace.path("data/cards"))
        let missing = try workspace.highmmt(Self.command)
        #expect(missing.status == 2 && missing.messages.contains("highmmt data import digits --from"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("runs")))
    }
}
