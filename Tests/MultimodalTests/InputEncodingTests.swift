import Foundation
import Numerics
import TestSupport
import Testing
import Torch

@testable import Multimodal

@Suite struct InputEncodingTests {
    private func encoding(_ axes: [Int], channels: Int, patch: [Int], hasFlags: Bool = false) -> InputEncoding {
        var encoding = InputEncoding(ModalityDescription(kind: .sensors, axes: axes, channels: channels))
        encoding.patch = patch
        encoding.hasFlags = hasFlags
        return encoding
    }

    @Test func neighboursShareATokenAndTheRestIsPadded() throws {
        let encoding = encoding([5], channels: 2, patch: [2])
        let data = try Tensor((0..<10).map { Float($0) }, shape: [1, 5, 2])
        let (tokens, mask) = try encoding.applied(data, mask: nil, present: nil)
        #expect(tokens.shape == [1, 3, 4] && mask == nil)
        #expect(try tokens.floats() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0])
        #expect(encoding.encodedAxes == [3] && encoding.encodedChannels == 4)
    }

    @Test func anImageIsCutIntoSquares() throws {
        let encoding = encoding([2, 4], channels: 1, patch: [2, 2])
        let (tokens, _) = try encoding.applied(
            Tensor((0..<8).map { Float($0) }, shape: [1, 2, 4, 1]), mask: nil, present: nil)
        #expect(tokens.shape == [1, 1, 2, 4])
        #expect(try tokens.floats() == [0, 1, 4, 5, 2, 3, 6, 7])
    }

    @Test func aTokenIsValidWhereAnyOfItsPlacesIs() throws {
        let encoding = encoding([4], channels: 1, patch: [2], hasFlags: true)
        let (tokens, mask) = try encoding.applied(
            Tensor([Float]([5, 6, 7, 8]), shape: [1, 4, 1]), mask: Tensor([true, false, false, false], shape: [1, 4]),
            present: nil)
        #expect(try tokens.floats() == [5, 0, 1, 0, 0, 0, 0, 0])
        #expect(try #require(mask).bools() == [true, false])
    }

    @Test func absentRowsAndInvalidTokensStayZero() throws {
        var encoding = encoding([2], channels: 1, patch: [1])
        (encoding.mean, encoding.deviation) = ([10], [2])
        let (tokens, _) = try encoding.applied(
            Tensor([Float]([12, 0, 0, 0]), shape: [2, 2, 1]), mask: Tensor([true, false, true, true], shape: [2, 2]),
            present: [true, false])
        #expect(try tokens.floats() == [1, 0, 0, 0])
    }

    @Test func whatIsFarAwayIsDrawnIn() throws {
        var encoding = encoding([4], channels: 1, patch: [1])
        (encoding.mean, encoding.deviation) = ([0], [1])
        let (tokens, _) = try encoding.applied(
            Tensor([2.5, -2.5, 1e6, -1e6], shape: [1, 4, 1]), mask: nil, present: nil)
        let values = try tokens.floats()
        #expect(values[0] == 2.5 && values[1] == -2.5)
        #expect(abs(values[2] - Float(3 + log(1e6 - 2))) < 1e-3 && values[3] == -values[2])
    }

    /// A table of 0…1, fields of scale 1e5, a constant, an indicator and a heavy tail.
    @Test func aTableIsStandardisedByField() throws {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "t", modalities: ["table": ModalityDescription(kind: .table, axes: [5], channels: 1)],
            targets: ["y": .regression()])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 400, .valid: 8, .test: 8], folder: folder.path("t")
        ).write { split, row in
            var random = RandomSource(seed: 1, purpose: "\(split)/\(row)")
            let numbers = [
                random.uniform(), 3e5 + 1e5 * random.normal(), 7, random.uniform() < 0.02 ? 1 : 0,
                exp(4 * random.normal()),
            ]
            return Sample(inputs: ["table": numbers.map { Float($0) }], targets: ["y": [1]])
        }
        let suite = try Multimodal.Suite(
            yaml: "{name: s, datasets: {t: {path: t}}, tasks: {y: {dataset: t, target: y}}, training: {recipe: robust}}"
        )
        let task = try #require(suite.open(dataRoot: folder.path).first)
        let encoding = try #require(task.encodings["table"])
        #expect(encoding.patch == [5] && task.description(of: "table")?.axes == [1])
        #expect(task.description(of: "table")?.channels == 5)
        #expect(abs(encoding.mean[0] - 0.5) < 0.05 && abs(encoding.deviation[0] - 0.29) < 0.03)
        #expect(abs(encoding.mean[1] - 3e5) < 2e4 && abs(encoding.deviation[1] - 1e5) < 1e4)
        #expect(encoding.mean[2] == 7 && encoding.deviation[2] == 1)
        #expect(encoding.mean[3] == 0 && encoding.deviation[3] == 1)
        // Of a lognormal with σ = 4 the median is 1; mean and deviation are in the thousands.
        #expect(encoding.mean[4] < 3 && encoding.deviation[4] < 30)
        let batch = try BatchReader(task, split: .train).batch(Array(0..<400))
        let numbers = try #require(batch.inputs["table"]).floats()
        #expect(numbers.allSatisfy { $0.isFinite && abs($0) < 20 })
        // Said in full, the suite chooses the same.
        let resolved = suite.resolved(for: [task])
        let again = try #require(
            try Multimodal.Suite(yaml: resolved.yaml(), file: suite.file).open(dataRoot: folder.path).first)
        #expect(again.encodings == task.encodings && again.batch == task.batch)
        #expect(resolved.modalities["t/table"]?.standardise == .element)
        // A task beside others gets more steps in an epoch.
        #expect(resolved.training.epochBatches == 200)
        #expect(suite.resolved(for: [task, task]).training.epochBatches == 400)
        var limited = suite
        limited.training.epochBatches = 7
        #expect(limited.resolved(for: [task, task]).training.epochBatches == 7)
        // Only a model without groups has a limit on gradients.
        #expect(resolved.training.clip == 1)
        var grouped = suite
        grouped.model.groups = ModelSettings.Groups(encoders: [:], crossmodal: [:])
        #expect(grouped.resolved(for: [task]).training.clip == 0)
        grouped.training.clip = 3
        #expect(grouped.resolved(for: [task]).training.clip == 3)
    }

    @Test func aModalityMayLoseOtherSharesOfItsTokens() throws {
        let folder = try TemporaryFolder()
        let description = DatasetDescription(
            name: "t",
            modalities: [
                "photo": ModalityDescription(kind: .image, axes: [2, 2], channels: 1),
                "sound": ModalityDescription(kind: .audio, axes: [3], channels: 1),
            ], targets: ["y": .regression()])
        _ = try DatasetWriter(
            description, layouts: [:], rows: [.train: 4, .valid: 4, .test: 4], folder: folder.path("t")
        ).write { _, row in
            Sample(inputs: ["photo": [0, 1, 2, 3], "sound": [1, 2, Float(row)]], targets: ["y": [1]])
        }
        func dropout(_ overrides: String...) throws -> [String: Double] {
            let suite = try Multimodal.Suite(
                yaml: "{name: s, datasets: {t: {path: t}}, tasks: {y: {dataset: t, target: y}}}", overrides: overrides)
            let task = try #require(suite.open(dataRoot: folder.path).first)
            let resolved = try Multimodal.Suite(yaml: suite.resolved(for: [task]).yaml())
            #expect(try resolved.open(dataRoot: folder.path).first?.tokenDropout == task.tokenDropout)
            return task.tokenDropout
        }
        #expect(try dropout() == ["photo": 0.1, "sound": 0.1])
        #expect(try dropout("modalities.photo.token_dropout=0.5") == ["photo": 0.5, "sound": 0.1])
        #expect(
            try dropout("training.token_dropout=0.2", "modalities.t/sound.token_dropout=0")
                == ["photo": 0.2, "sound": 0])
        #expect(try dropout("training.recipe=published") == ["photo": 0, "sound": 0])
    }

    @Test func theKindDecidesOnTokens() {
        func patch(_ kind: ModalityKind, _ axes: [Int], _ channels: Int) -> [Int] {
            EncodingChoice.patch(of: ModalityDescription(kind: kind, axes: axes, channels: channels))
        }
        #expect(patch(.table, [200], 1) == [200])
        #expect(patch(.table, [600], 1) == [200])
        #expect(patch(.timeSeries, [100], 3) == [1])
        #expect(patch(.timeSeries, [1000], 3) == [16])
        #expect(patch(.text, [500], 128) == [1])
        #expect(patch(.set, [500], 3) == [1])
        #expect(patch(.image, [16, 16], 1) == [1, 1])
        #expect(patch(.image, [64, 64], 3) == [7, 7])
    }
}
