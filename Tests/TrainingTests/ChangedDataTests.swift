import Foundation
import Testing
import Torch

@testable import Training

/// A run belongs to the data that it began with.
@Suite struct ChangedDataTests {
    /// Replaces one number of a split.
    private func rewrite(_ synthetic: SyntheticSuite, _ split: String) throws -> String {
        let path = "\(synthetic.dataRoot)/boxes/\(split).safetensors"
        var tensors = try SafetensorsFile(path: path).tensors()
        tensors["picture"] = try #require(tensors["picture"]) * 1.5
        try SafetensorsWriter.write(tensors, to: path)
        return path
    }

    @Test(arguments: ["train", "valid", "test"]) func trainingIsNotContinuedOnOtherData(split: String) throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = try rewrite(synthetic, split)
        let before = try synthetic.files("run")
        #expect {
            try synthetic.train("run")
        } throws: {
            "\($0)".contains("run: the data have changed since this run began: \(path) (checksum crc32:")
                && "\($0)".hasSuffix("; restore them, or choose another folder with --run")
        }
        try expectSame(before, synthetic.files("run"))
    }

    /// Scores on other data are marked, and are not stored as those of the run.
    @Test func scoresOnOtherDataAreMarked() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let stored = try synthetic.files("run")["result.json"]
        let path = try rewrite(synthetic, "test")
        let result = try synthetic.run("run").evaluate(on: .test)
        #expect(result.notes?.contains { $0.contains("other data") && $0.contains(path) } == true)
        #expect(try synthetic.files("run")["result.json"] == stored)
        let valid = try synthetic.run("run").evaluate(on: .valid)
        #expect(valid.notes?.contains { $0.contains("other data") } != true)
    }

    /// The same numbers would mean something else.
    @Test func otherClassesAndSizesAreRefused() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.folder.path("run/datasets/gaits.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func refusal(_ old: String, _ new: String) throws -> String {
            #expect(text.contains(old))
            try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
            do {
                return "\(try synthetic.run("run").evaluate(on: .test).split)"
            } catch { return "\(error)" }
        }
        let classes = try refusal("\"slow\"", "\"calm\"")
        #expect(classes.contains("gaits/dataset.json: target 'kind' has the classes slow, fast, lame"), "\(classes)")
        #expect(classes.contains("was trained with the classes calm, fast, lame"), "\(classes)")
        #expect(
            try refusal("\"channels\" : 2", "\"channels\" : 3").contains("modality 'walk' has axes [5] and 2 channels"))
        #expect(try refusal("slow", "slow") == "test")
    }

    @Test func aDamagedRecordIsSaid() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.folder.path("run/checksums.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let place = try #require(text.range(of: "train.safetensors\" : \"crc32:"))
        let digit = text[place.upperBound] == "0" ? "1" : "0"
        let changed = text.replacingCharacters(
            in: place.upperBound..<text.index(after: place.upperBound), with: digit)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        #expect { try synthetic.train("run") } throws: { "\($0)".contains("checksums.json: is damaged") }
    }
}
