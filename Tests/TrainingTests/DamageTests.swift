import Files
import Foundation
import TestSupport
import Testing
import Torch

@testable import Training

/// Damaged files of a run are named and never used. Training resumes from the checkpoint before
/// them.
@Suite struct DamageTests {
    private func change(_ path: String, _ change: (inout Data) -> Void) throws {
        var data = try #require(FileManager.default.contents(atPath: path))
        change(&data)
        try data.write(to: URL(fileURLWithPath: path))
    }

    private func flip(_ path: String, at position: Int) throws {
        try change(path) { $0[position] ^= 0x10 }
    }

    /// Collects the messages about damaged files.
    private final class Messages: TrainingObserver {
        var texts: [String] = []
        func observe(_ event: TrainingEvent) {
            if case .recovered(let text) = event { texts.append(text) }
        }
    }

    @Test func everyReaderRefusesDamagedBestParameters() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run")
        let run = synthetic.directory("run")
        let best = run.checkpoints(stage: .first).bestPath
        let bytes = try #require(FileManager.default.contents(atPath: best))
        for position in stride(from: 3, to: bytes.count, by: bytes.count / 60) {
            try flip(best, at: position)
            let story: Comment = "byte \(position) of \(bytes.count)"
            for read in [
                { _ = try run.bestModel(device: .cpu) },
                { _ = try synthetic.run("run").evaluate(on: .valid) },
                { _ = try Predictor(run, task: "gait", device: .cpu) },
            ] as [() throws -> Void] {
                #expect(story, performing: read, throws: { "\($0)".contains("best.safetensors") })
            }
            try bytes.write(to: URL(fileURLWithPath: best))
        }
        _ = try run.bestModel(device: .cpu)
    }

    /// An undamaged state of an optimiser that updated other parameters, as another version may
    /// have written it.
    @Test func theStateOfOtherParametersIsNamed() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let latest = try #require(try synthetic.directory("run").checkpoints(stage: .first).latest())
        let path = "\(latest.folder)/optimizer.safetensors"
        var tensors = try SafetensorsFile(path: path).tensors()
        for name in ["first_moments", "second_moments"] {
            tensors[name] = try Tensor.zeros([try #require(tensors[name]).count + 1])
        }
        try SafetensorsWriter.write(tensors, isChecked: true, to: path)
        #expect {
            try synthetic.train("run", ["training.epochs=2"])
        } throws: {
            "\($0)".contains("optimizer.safetensors: does not fit the model") && "\($0)".contains("cannot be continued")
        }
    }

    @Test func lostBestParametersAreNotReplacedByOthers() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run")
        let run = synthetic.directory("run")
        try FileManager.default.removeItem(atPath: run.checkpoints(stage: .first).bestPath)
        #expect(run.latestStage == .first)
        #expect {
            try run.bestModel(device: .cpu)
        } throws: {
            "\($0)".contains("stage1/best.safetensors: is missing, but the stage was trained; restore it")
        }
    }

    /// Every kind of damage to the last checkpoint: named, and the run ends in the bytes of an
    /// undisturbed one.
    @Test(
        arguments: ["weights.safetensors", "optimizer.safetensors", "state.json"], ["flip", "cut", "zeros", "remove"])
    func trainingResumesFromTheCheckpointBefore(file: String, damage: String) throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once")
        try synthetic.train("run", ["training.epochs=2"])
        let path = synthetic.folder.path("run/stage1/epoch-000002/\(file)")
        switch damage {
        case "flip": try change(path) { $0[$0.count * 2 / 3] ^= 0x01 }
        case "cut": try change(path) { $0 = $0.prefix($0.count / 2) }
        case "zeros": try change(path) { $0 = Data(count: $0.count) }
        default: try FileManager.default.removeItem(atPath: path)
        }
        let messages = Messages()
        try synthetic.train("run", observers: [messages])
        #expect(messages.texts.count == 1)
        let text = try #require(messages.texts.first)
        #expect(text.contains("epoch-000002/\(file)"), "\(text)")
        #expect(text.hasSuffix("training resumes from \(synthetic.folder.path("run/stage1/epoch-000001"))"), "\(text)")
        try expectSame(synthetic.files("once"), synthetic.files("run"))
    }

    /// The last epoch was the best, and is trained again.
    @Test(arguments: [true, false]) func damagedBestParametersAreFoundAgain(isRemoved: Bool) throws {
        let synthetic = try SyntheticSuite()
        let slow = ["training.learning_rate=0.002"]
        guard case .finished(bestEpoch: 3) = try synthetic.train("once", slow) else {
            Issue.record("expected the last epoch to be the best")
            return
        }
        try synthetic.train("run", slow)
        let best = synthetic.directory("run").checkpoints(stage: .first).bestPath
        if isRemoved { try FileManager.default.removeItem(atPath: best) } else { try flip(best, at: 2000) }
        let messages = Messages()
        try synthetic.train("run", slow, observers: [messages])
        #expect(messages.texts.first?.contains("stage1/best.safetensors") == true)
        try expectSame(synthetic.files("once"), synthetic.files("run"))
    }

    @Test func withoutAnIntactCheckpointTheMessageSaysWhatToDelete() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run")
        for epoch in [2, 3] { try flip(synthetic.folder.path("run/stage1/epoch-00000\(epoch)/state.json"), at: 90) }
        let before = try synthetic.files("run")
        #expect {
            try synthetic.train("run")
        } throws: {
            let folder = synthetic.folder.path("run/stage1")
            return ["epoch-000003/state.json", "epoch-000002/state.json", "delete \(folder) to train this stage again"]
                .allSatisfy("\($0)".contains)
        }
        try expectSame(before, synthetic.files("run"))
    }

    /// Damaged scores count as missing, and are computed again.
    @Test func damagedScoresAreNotUsed() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let run = synthetic.directory("run")
        let path = run.resultPath(of: .first)
        let before = try #require(FileManager.default.contents(atPath: path))
        #expect(run.result(of: .first) != nil)
        let digit = try #require(before.lastIndex { (0x30...0x37).contains($0) })
        try change(path) { $0[digit] ^= 1 }
        #expect(run.result(of: .first) == nil)
        _ = try synthetic.run("run", ["training.epochs=1"]).evaluate(on: .test)
        #expect(FileManager.default.contents(atPath: path) == before)
    }

    @Test func aDamagedRecordOfTheModelIsRefused() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.directory("run").modelPath
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let mean = try #require(text.range(of: "\"mean\" : \\[\\s*-?\\d+\\.\\d", options: .regularExpression))
        var changed = text
        let digit = changed.index(before: mean.upperBound)
        changed.replaceSubrange(digit...digit, with: text[digit] == "1" ? "2" : "1")
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        #expect {
            try synthetic.directory("run").bestModel(device: .cpu)
        } throws: {
            "\($0)".contains("model.json: is damaged: its checksum is crc32:")
        }
    }

    /// Runs of earlier versions have no checksums.
    @Test func aRunWithoutChecksumsIsUsedAndContinued() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("once")
        try synthetic.train("run", ["training.epochs=2"])
        let root = synthetic.folder.path("run")
        for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let path = "\(root)/\(name)"
            if name.hasSuffix(".safetensors") {
                try SafetensorsWriter.write(SafetensorsFile(path: path).tensors(), to: path)
            } else if name.hasSuffix("state.json") || name == "model.json" {
                let text = try String(contentsOfFile: path, encoding: .utf8)
                let lines = text.split(separator: "\n").filter { !$0.contains("\"checksum\"") }
                try #require(lines.count < text.split(separator: "\n").count)
                try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
            }
        }
        try FileManager.default.removeItem(atPath: "\(root)/checksums.json")
        _ = try synthetic.directory("run").bestModel(device: .cpu)
        let messages = Messages()
        try synthetic.train("run", observers: [messages])
        #expect(messages.texts == [])
        let changed = try differences(synthetic.files("once"), synthetic.files("run"))
        #expect(
            Set(changed).isSubset(of: [
                "stage1/epoch-000002/weights.safetensors", "stage1/epoch-000002/optimizer.safetensors",
                "stage1/epoch-000002/state.json", "stage1/best.safetensors",
            ]))
    }
}
