import Files
import Foundation
import HighMMT
import Multimodal
import Numerics
import Testing
import Torch

@testable import Training

@Suite struct TrainerTests {
    private func record(_ line: Data) throws -> EpochRecord { try JSONFile.decode(EpochRecord.self, from: line) }

    private func records(_ files: [String: Data]) throws -> [EpochRecord] {
        try #require(files["metrics.jsonl"]).split(separator: UInt8(ascii: "\n")).map { try record(Data($0)) }
    }

    @Test func aRunInTwoPartsIsTheRunInOneGo() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once", ["training.epochs=4"])
        try synthetic.train("twice", ["training.epochs=2"])
        try synthetic.train("twice", ["training.epochs=4"])
        let files = try synthetic.files("once")
        try expectSame(files, synthetic.files("twice"))
        #expect(
            files.keys.sorted() == [
                "checksums.json", "datasets/boxes.json", "datasets/gaits.json", "details.json",
                "metrics.jsonl", "model.json",
                "result.json", "stage1/best.safetensors", "stage1/epoch-000003/optimizer.safetensors",
                "stage1/epoch-000003/state.json", "stage1/epoch-000003/weights.safetensors",
                "stage1/epoch-000004/optimizer.safetensors", "stage1/epoch-000004/state.json",
                "stage1/epoch-000004/weights.safetensors", "suite.yaml",
            ])
    }

    /// Stops at the start, within the first epoch, right after an epoch, and within a later one.
    @Test(arguments: [[0], [2], [6], [1, 1, 7]], [1, 3])
    func aRunThatIsStoppedContinuesToTheSameBytes(stops: [Int], kept: Int) throws {
        let synthetic = try SyntheticSuite()
        let overrides = ["training.keep_last=\(kept)"]
        try synthetic.train("once", overrides)
        try synthetic.train("stopped", overrides, stoppingAfter: stops)
        try expectSame(synthetic.files("once"), synthetic.files("stopped"))
    }

    @Test func theSeedDecides() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("first", ["training.epochs=1"])
        try synthetic.train("second", ["training.epochs=1"])
        try synthetic.train("other", ["training.epochs=1", "seed=6"])
        let first = try synthetic.files("first")
        try expectSame(first, synthetic.files("second"))
        let changed = try differences(first, synthetic.files("other"))
        #expect(
            Set(changed).isSuperset(of: [
                "stage1/best.safetensors", "stage1/epoch-000001/weights.safetensors",
                "stage1/epoch-000001/optimizer.safetensors", "metrics.jsonl", "model.json", "suite.yaml",
            ]))
    }

    /// Files left behind by a process that was killed while writing are neither used nor kept.
    @Test func aHalfWrittenCheckpointIsIgnored() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once")
        try synthetic.train("killed", ["training.epochs=1"])
        let stage = synthetic.folder.path("killed/stage1")
        let part = "\(stage)/epoch-000002.part"
        try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
        let garbage = Data("half".utf8)
        for path in [
            "\(part)/weights.safetensors", "\(part)/.optimizer.safetensors.abc.partial",
            "\(stage)/.best.safetensors.abc.partial", synthetic.folder.path("killed/.metrics.jsonl.abc.partial"),
        ] {
            try garbage.write(to: URL(fileURLWithPath: path))
        }
        try synthetic.train("killed")
        try expectSame(synthetic.files("once"), synthetic.files("killed"))
    }

    /// A process that ended between writing the last checkpoint and removing the ones that it
    /// replaces leaves them behind. Going on removes them.
    @Test func outdatedCheckpointsAreRemoved() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once")
        try synthetic.train("ended", ["training.epochs=1"])
        let first = synthetic.folder.path("ended/stage1/epoch-000001")
        try FileManager.default.copyItem(atPath: first, toPath: synthetic.folder.path("kept"))
        try synthetic.train("ended")
        #expect(!FileManager.default.fileExists(atPath: first))
        try FileManager.default.moveItem(atPath: synthetic.folder.path("kept"), toPath: first)
        try FileManager.default.removeItem(atPath: synthetic.folder.path("ended/result.json"))
        try synthetic.train("ended")
        try expectSame(synthetic.files("once"), synthetic.files("ended"))
    }

    /// A process that was killed between writing the record of an epoch and its checkpoint repeats
    /// the epoch.
    @Test func recordsAfterTheCheckpointAreDropped() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once")
        try synthetic.train("killed", ["training.epochs=2"])
        let path = synthetic.directory("killed").metricsPath
        let lines = try #require(FileManager.default.contents(atPath: path)).split(separator: UInt8(ascii: "\n"))
        let last = String(decoding: try #require(lines.last), as: UTF8.self)
        let next = last.replacingOccurrences(of: "\"epoch\":2", with: "\"epoch\":3")
        #expect(next != last)
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data((next + "\n" + last.prefix(20)).utf8))
        try handle.close()
        try synthetic.train("killed")
        try expectSame(synthetic.files("once"), synthetic.files("killed"))
        #expect(try records(synthetic.files("killed")).map(\.epoch) == [1, 2, 3])
    }

    /// The error names the damaged file of a checkpoint, and no other file changes.
    @Test(arguments: ["weights.safetensors", "optimizer.safetensors", "state.json"])
    func aDamagedCheckpointIsNamed(file: String) throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.folder.path("run/stage1/epoch-000001/\(file)")
        let bytes = try #require(FileManager.default.contents(atPath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
        let metrics = try synthetic.files("run")["metrics.jsonl"]
        #expect {
            try synthetic.train("run")
        } throws: {
            "\($0)".contains("epoch-000001/\(file)") && !"\($0)".contains("\n")
        }
        #expect(try synthetic.files("run")["metrics.jsonl"] == metrics)
    }

    @Test(arguments: [
        ("\"step\" : 0", "\"step\" : 999"), ("\"step\" : 0", "\"step\" : -1"),
        ("\"epoch\" : 1", "\"epoch\" : 9000000000000000000"),
        ("\"best_epoch\" : 1", "\"best_epoch\" : -9000000000000000000"),
        ("\"encoder.0.latents\" : 6", "\"encoder.0.latents\" : -6"),
        ("\"encoder.0.latents\" : 6", "\"encoder.1.latents\" : 6"), ("\"format\" : 1", "\"format\" : 2"),
    ])
    func aStateThatCannotBeIsRefused(written: String, changed: String) throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.folder.path("run/stage1/epoch-000001/state.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try #require(text.contains(written))
        try text.replacingOccurrences(of: written, with: changed).write(toFile: path, atomically: true, encoding: .utf8)
        #expect { try synthetic.train("run") } throws: { !"\($0)".contains("\n") }
    }

    @Test func theBestParametersAreKept() throws {
        let synthetic = try SyntheticSuite()
        let outcome = try synthetic.train(
            "run", ["training.epochs=6", "training.keep_last=6", "training.learning_rate=0.05"])
        let files = try synthetic.files("run")
        let records = try records(files)
        let best = try #require(records.max { $0.score < $1.score })
        #expect(outcome == .finished(bestEpoch: best.epoch))
        #expect(files["stage1/best.safetensors"] == files["stage1/epoch-00000\(best.epoch)/weights.safetensors"])
        #expect(files["stage1/best.safetensors"] != nil)
        #expect(records.filter { $0.isBest }.last?.epoch == best.epoch)
        // The score is the sum of the first metrics of the tasks: accuracy and R².
        for record in records {
            let metrics = record.validation.mapValues(\.metrics)
            let sum = (metrics["gait"]?["accuracy"] ?? .nan) + (metrics["size"]?["r2"] ?? .nan)
            #expect(abs(record.score - sum) < 1e-12)
        }
    }

    /// An epoch uses 2 of the 6 and 3 batches of each task, and others in the next epoch.
    @Test func epochsCanBeShort() throws {
        let synthetic = try SyntheticSuite()
        let (short, whole) = (["training.epochs=4", "training.epoch_batches=2"], ["training.epochs=4"])
        try synthetic.train("short", short)
        try synthetic.train("whole", whole)
        let counts = try ["short", "whole"].map { name in
            try JSONFile.decode(
                Checkpoint.State.self, from: #require(synthetic.files("\(name)")["stage1/epoch-000004/state.json"]))
        }.map { $0.stepCounts.values.max() ?? 0 }
        #expect(counts == [4 * 2, 4 * 6])
    }

    /// An epoch uses 8 of the 22 and 11 rows of each task, and the same rows in the next epoch.
    @Test func tasksCanHaveFewSamples() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("few", ["training.epochs=3", "training.samples=8"])
        let state = try JSONFile.decode(
            Checkpoint.State.self, from: #require(synthetic.files("few")["stage1/epoch-000003/state.json"]))
        #expect(state.stepCounts.values.max() == 3 * 2)
    }

    @Test func patienceEndsAStage() throws {
        let synthetic = try SyntheticSuite()
        let outcome = try synthetic.train(
            "run", ["training.epochs=50", "training.patience=2", "training.learning_rate=0"])
        #expect(outcome == .finished(bestEpoch: 1))
        #expect(try records(synthetic.files("run")).map(\.epoch) == [1, 2, 3])
    }

    /// The second task joins in the fourth step of an epoch.
    @Test func aLossThatIsNoNumberNamesItsTask() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let weights = synthetic.folder.path("run/stage1/epoch-000001/weights.safetensors")
        var tensors = try SafetensorsFile(path: weights).tensors()
        tensors["head.size.linear.bias"] = try Tensor([.nan] as [Float], shape: [1])
        try SafetensorsWriter.write(tensors, to: weights)
        let before = try synthetic.files("run")
        let error = #expect(throws: TrainingError.self) { try synthetic.train("run") }
        let text = try #require(error?.description)
        #expect(
            text.hasPrefix(
                "the loss of task 'size' is nan; first in parameter head.size.linear.bias, in stage1, epoch 2, step 4;")
                && !text.contains("\n"))
        #expect(try differences(before, synthetic.files("run")) == ["suite.yaml"])
    }

    @Test func aFolderOfAnotherSuiteIsRefused() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let before = try synthetic.files("run")
        let error = #expect(throws: RunError.self) { try synthetic.train("run", ["model.latents=4"]) }
        #expect(error?.description.contains("'latents: 3' there, 'latents: 4' now") == true)
        #expect(error?.description.contains("\n") == false)
        try expectSame(before, synthetic.files("run"))
        try FileManager.default.createDirectory(
            atPath: synthetic.folder.path("other"), withIntermediateDirectories: true)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: synthetic.folder.path("other/notes.txt")))
        #expect(throws: RunError.self) { try synthetic.train("other") }
        #expect(try synthetic.files("other").keys.sorted() == ["notes.txt"])
    }

    /// Evaluation writes nothing but the result of the test split.
    @Test func evaluatingWritesTheResultAlone() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.directory("run")
        let suite = try String(contentsOfFile: path.suitePath, encoding: .utf8)
        try (suite + "\n").write(toFile: path.suitePath, atomically: true, encoding: .utf8)
        let before = try synthetic.files("run")
        let result = try synthetic.run("run", ["training.epochs=1"]).evaluate(on: .valid)
        try expectSame(before, synthetic.files("run"))
        #expect(result.tasks.mapValues(\.scores.samples) == ["gait": 9, "size": 6])
        #expect(result.tasks.mapValues(\.scores) == (try records(before).last?.validation))
    }

    /// A model trained on samples with gaps can predict without a modality. Otherwise the error
    /// names the missing modality.
    @Test(arguments: [true, false])
    func gapsAreLearned(hasGaps: Bool) throws {
        let synthetic = try SyntheticSuite(hasGaps: hasGaps)
        try synthetic.train("run", ["training.epochs=1"])
        let weights = try SafetensorsFile(path: synthetic.directory("run").checkpoints(stage: .first).bestPath)
        #expect((weights.entries["head.gait.placeholder"] != nil) == hasGaps)
        let samples = synthetic.folder.path("samples.safetensors")
        var random = RandomSource(seed: 3)
        try SafetensorsWriter.write(["walk": random.normalTensor([4, 5, 2])], to: samples)
        let predictor = try Predictor(synthetic.directory("run"), task: "gait", device: .cpu)
        var rows: [Int] = []
        func predict() throws {
            try predictor.predict(file: samples, batch: 3) { prediction in
                rows.append(prediction.row)
                #expect(abs((prediction.probabilities?.values.reduce(0, +) ?? 0) - 1) < 1e-5)
            }
        }
        if hasGaps {
            try predict()
            #expect(rows == [0, 1, 2, 3])
        } else {
            #expect { try predict() } throws: { "\($0)".contains("samples.safetensors: tensor 'card': missing") }
            #expect(rows.isEmpty)
        }
    }

    /// The events of a run, in order.
    @Test func eventsTellTheWholeStory() throws {
        final class Listener: TrainingObserver {
            var lines: [String] = []

            func observe(_ event: TrainingEvent) {
                switch event {
                case .recovered(let text), .skipped(let text): lines.append(text)
                case .began(let stage, let epoch, let epochs, let step):
                    lines.append("\(stage.rawValue) \(epoch)/\(epochs) \(step)")
                case .stepped(_, let step, let steps, let losses):
                    lines.append("\(step)/\(steps) \(losses.keys.sorted().joined(separator: "+"))")
                case .updated(let updates): lines.append(updates.gradientNorm > 0 ? "updated" : "no gradient")
                case .epochEnded(let record, _): lines.append("epoch \(record.epoch)")
                case .saved(let path): lines.append((path as NSString).lastPathComponent)
                case .measured(let loop, let waiting, _): lines.append(waiting <= loop ? "measured" : "impossible")
                case .finished(_, let best, _): lines.append("best \(best ?? 0)")
                }
            }
        }
        let synthetic = try SyntheticSuite()
        let listener = Listener()
        try synthetic.train("run", ["training.epochs=1"], observers: [listener])
        #expect(
            listener.lines == [
                "stage1 0/1 0", "1/6 gait", "2/6 gait", "3/6 gait", "4/6 gait+size", "5/6 gait+size", "6/6 gait+size",
                "updated", "epoch 1", "epoch-000001", "measured", "best 1",
            ])
    }
}
