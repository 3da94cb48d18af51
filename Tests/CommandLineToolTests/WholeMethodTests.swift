import Files
import Foundation
import Multimodal
import Numerics
import Testing
import Torch
import Training

/// `highmmt run` from data to the comparison of all stages.
@Suite struct WholeMethodTests {
    private static let suite = """
        name: three
        seed: 3
        datasets: {cards: {path: cards, import: digits}}
        tasks: {kind: {dataset: cards, target: kind}}
        model:
          {latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {cross_heads: 1, self_heads: 2},
           crossmodal: {cross_heads: 1, self_heads: 2}}
        training:
          {recipe: published, epochs: 12, batch: 8, learning_rate: 0.01, weight_decay: 0,
           stage2: {epochs: 12, learning_rate: 0.003}}
        """
    private static let command = [
        "run", "three.yaml", "--data", "data", "--prune-pairs", "--epochs", "4", "--seeds", "1", "--samples", "32",
        "--workers", "1", "--threads", "1",
    ]

    /// Three modalities, of which one tells the target and two are noise: not every pair of them can be worth something.
    private func workspace() throws -> Workspace {
        let workspace = try Workspace()
        let table = ModalityDescription(kind: .table, axes: [3], channels: 1)
        let description = DatasetDescription(
            name: "cards", modalities: ["a": table, "b": table, "c": table],
            targets: ["kind": .classification(["low", "high"])])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 32, .valid: 32, .test: 16], folder: workspace.path("data/cards")
        ).write { split, row in
            var random = RandomSource(seed: 4, purpose: "\(split)/\(row)")
            func numbers(_ shift: Double) -> [Float] { (0..<3).map { _ in Float(random.normal() + shift) } }
            let kind = row % 2
            return Sample(
                inputs: ["a": numbers(Double(2 * kind)), "b": numbers(0), "c": numbers(0)],
                targets: ["kind": [Double(kind)]])
        }
        try workspace.write(Self.suite, to: "three.yaml")
        return workspace
    }

    /// Files of a run that the same seed repeats.
    private func files(_ run: String, _ workspace: Workspace) throws -> [String: Data?] {
        let excluded = ["timing.json", "speed.json", "report.html"].map { "\(run)/\($0)" }
        let own = try workspace.listing().filter { $0.key.hasPrefix("\(run)/") && !excluded.contains($0.key) }
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

        // Each stage can be scored again, and gives what was kept.
        for stage in TrainingStage.allCases {
            let scored = try workspace.highmmt([
                "evaluate", "whole", "--data", "data", "--stage", stage.rawValue, "--json",
            ])
            var again = try JSONFile.decode(RunResult.self, from: Data(scored.output.utf8))
            again.secondsPerEpoch = nil
            #expect(again == run.result(of: stage), "\(stage)")
        }
        // Given again, the command finds everything done.
        let before = try workspace.listing()
        let repeated = try workspace.highmmt(Self.command + ["--run", "whole"])
        #expect(repeated.status == 0 && repeated.output == done.output, "\(repeated.messages)")
        #expect(!repeated.messages.contains("epoch 1/"))
        #expect(try workspace.listing() == before)
        // Without the pruned model, finetune makes the same.
        let pruned = try files("whole", workspace).filter {
            $0.key.hasPrefix("/pruned/") && !$0.key.hasSuffix("groups.json")
        }
        try FileManager.default.removeItem(atPath: workspace.path("whole/pruned"))
        let tuned = try workspace.highmmt([
            "finetune", "whole", "--prune-pairs", "--data", "data", "--threads", "1",
        ])
        #expect(tuned.status == 0, "\(tuned.messages)")
        #expect(try files("whole", workspace).filter { $0.key.hasPrefix("/pruned/") } == pruned)
    }

    /// Stage 2 always begins with the best weights of stage 1: where those have changed since, it is not continued.
    @Test func aLongerStage1AsksForANewStage2() throws {
        let workspace = try workspace()
        let command = ["three.yaml", "training.stage2.epochs=1", "--data", "data", "--run", "run"]
        let budget = ["--epochs", "1", "--seeds", "1", "--samples", "16"]
        let short = try workspace.highmmt(["run"] + command + budget + ["training.epochs=1"])
        #expect(short.status == 0, "\(short.messages)")
        let longer = try workspace.highmmt(["run"] + command + budget)
        let changed = try #require(try RunDirectory(workspace.path("run")).checkpoints(stage: "stage1").latest())
        #expect(changed.state.bestEpoch ?? 1 > 1)
        #expect(longer.status == 2 && longer.messages.contains("run/stage2: began from epoch 1 of stage 1"))
        try FileManager.default.removeItem(atPath: workspace.path("run/stage2"))
        #expect(try workspace.highmmt(["run"] + command + budget).status == 0)
    }

    /// Ctrl-C in any step saves, and what comes in the end is what an uninterrupted run leaves.
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
            #expect(stopped.status == 1 && stopped.messages.contains("interrupted"), "\(mark): \(stopped.messages)")
            #expect(stopped.output.isEmpty)
        }
        let done = try workspace.highmmt(Self.command + ["--run", "stopped"])
        #expect(done.status == 0, "\(done.messages)")
        #expect(try files("stopped", workspace) == files("whole", workspace))
    }

    @Test func whatCannotBeIsSaidAtOnce() throws {
        let workspace = try workspace()
        let single = try workspace.highmmt(["run", "suite.yaml", "--data", "data", "--prune-pairs"])
        #expect(single.status == 2 && single.messages.contains("have 1 pairs of modalities, expected at least 2"))
        try FileManager.default.removeItem(atPath: workspace.path("data/cards"))
        let missing = try workspace.highmmt(Self.command)
        #expect(missing.status == 2 && missing.messages.contains("highmmt data import digits --from"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("runs")))
    }

    /// True when it is asked for the first time.
    private final class Once: @unchecked Sendable {
        private let lock = NSLock()
        private var wasAsked = false

        var isFirst: Bool {
            lock.withLock {
                defer { wasAsked = true }
                return !wasAsked
            }
        }
    }
}
