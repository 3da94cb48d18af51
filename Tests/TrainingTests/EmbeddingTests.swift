import Files
import Foundation
import HighMMT
import Multimodal
import TestSupport
import Testing
import Torch
import Training

/// The embeddings of samples, compared with the model called directly.
@Suite struct EmbeddingTests {
    private func embedded(
        _ predictor: Predictor, _ file: String, batch: Int, to path: String
    ) throws -> SafetensorsFile {
        var writer: EmbeddingWriter?
        try predictor.embed(file: file, batch: batch) { total, embeddings in
            let open = try writer ?? EmbeddingWriter(path: path, predictor, count: total)
            writer = open
            try open.append(embeddings)
        }
        try writer?.finish()
        return try SafetensorsFile(path: path)
    }

    private func floats(_ file: SafetensorsFile, _ name: String) throws -> [Float] {
        try file.tensor(named: name).floats()
    }

    private func isClose(_ a: [Float], _ b: [Float]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($1)) }
    }

    /// Some samples lack the card. The reference takes one sample after the other.
    @Test func embeddingsAreWhatTheModelComputes() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        try synthetic.train("run", ["training.epochs=1"])
        let run = synthetic.directory("run")
        let path = "\(synthetic.dataRoot)/gaits/test.safetensors"
        let predictor = try Predictor(run, task: "gait", device: .cpu)
        let file = try embedded(predictor, path, batch: 3, to: synthetic.folder.path("e.safetensors"))
        #expect(
            file.entries.mapValues(\.shape) == [
                "latents/walk": [7, 3, 8], "latents/card": [7, 3, 8], "pairs/walk/card": [7, 8],
                "pairs/card/walk": [7, 8],
                "task": [7, 16], "present/walk": [7], "present/card": [7],
            ])
        #expect(file.metadata == ["task": "gait", "stage": "stage1"])
        let rows = try SafetensorsFile(path: path)
        let (walk, mask) = try (rows.tensor(named: "walk"), rows.tensor(named: "mask/walk").to(dtype: .bool))
        let card = try rows.tensor(named: "card")
        let present = try rows.tensor(named: "present/card").to(dtype: .bool).bools()
        #expect(present.contains(false) && present.contains(true))
        #expect(try file.tensor(named: "present/card").bools() == present)
        let model = try run.bestModel(device: .cpu).model
        let task = try #require(model.tasks.first { $0.name == "gait" })
        for sample in 0..<7 {
            func part(_ tensor: Tensor) throws -> Tensor { try tensor.narrowed(axis: 0, start: sample, length: 1) }
            var streams = ["walk": StreamInput(data: try part(walk), mask: try part(mask))]
            if present[sample] { streams["card"] = StreamInput(data: try part(card)) }
            let output = try model.forward(["gait": TaskInput(count: 1, streams: streams)])
            func own(_ name: String) throws -> [Float] { try part(file.tensor(named: name)).floats() }
            for name in ["walk", "card"] {
                let expected = try output.latents[ModalityStream(task: "gait", modality: name)]?.tensor().floats()
                let found = try own("latents/\(name)")
                #expect(expected.map { isClose(found, $0) } ?? found.allSatisfy(\.isNaN), "\(sample) \(name)")
            }
            let features = try #require(try output.features["gait"]?.floats())
            #expect(isClose(try own("task"), features))
            for (index, pair) in task.pairs.enumerated() {
                let found = try own("pairs/\(pair.query.modality)/\(pair.context.modality)")
                #expect(isClose(found, Array(features[index * 8..<(index + 1) * 8])))
            }
        }
    }

    /// A task of one modality has no pairs; its representation is all latents.
    @Test func aSingleModalityHasNoPairs() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let predictor = try Predictor(synthetic.directory("run"), task: "size", device: .cpu)
        let path = "\(synthetic.dataRoot)/boxes/test.safetensors"
        let file = try embedded(predictor, path, batch: 64, to: synthetic.folder.path("e.safetensors"))
        #expect(Set(file.entries.keys) == ["latents/picture", "present/picture", "task"])
        #expect(try floats(file, "task") == floats(file, "latents/picture"))
        let again = try embedded(predictor, path, batch: 64, to: synthetic.folder.path("f.safetensors"))
        #expect(try floats(again, "task") == floats(file, "task"))
    }

    /// A sample in raw units that lacks what no training sample lacked has NaN everywhere.
    @Test func samplesWithAProblemHaveNoNumbers() throws {
        let synthetic = try SyntheticSuite(hasGaps: true)
        try synthetic.train("run", ["training.epochs=1"])
        let predictor = try Predictor(synthetic.directory("run"), task: "gait", device: .cpu)
        let walk = (0..<10).map(Float.init)
        let samples = [
            Sample(inputs: ["walk": walk, "card": [1, 2, 3]], targets: [:]),
            Sample(inputs: ["card": [1, 2, 3]], targets: [:]),
            Sample(inputs: ["walk": walk], targets: [:]),
        ]
        var parts: [Embeddings] = []
        try predictor.embed(count: 3, batch: 2) {
            samples[$0]
        } _: {
            parts.append($0)
        }
        #expect(parts.map(\.first) == [0, 2] && parts.map(\.count) == [2, 1])
        #expect(parts[0].problems[0] == nil && parts[0].problems[1]?.hasPrefix("lacks walk") == true)
        #expect(parts[0].present == ["walk": [true, false], "card": [true, false]])
        for values in parts[0].values.values {
            let half = values.count / 2
            #expect(values[..<half].allSatisfy(\.isFinite) && values[half...].allSatisfy(\.isNaN))
        }
        #expect(parts[1].present == ["walk": [true], "card": [false]])
        #expect(parts[1].values["latents/card"]?.allSatisfy(\.isNaN) == true)
        #expect(parts[1].values["task"]?.allSatisfy(\.isFinite) == true)
    }

    /// Tensors a thousand times too large are predicted, but not without a word.
    @Test func valuesFarOutsideTheTrainingRangeAreReported() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let predictor = try Predictor(synthetic.directory("run"), task: "gait", device: .cpu)
        let stored = try SafetensorsFile(path: "\(synthetic.dataRoot)/gaits/train.safetensors")
        var tensors = try ["walk", "mask/walk", "card"].reduce(into: [:]) { $0[$1] = try stored.tensor(named: $1) }
        let path = synthetic.folder.path("large.safetensors")
        func remarks() throws -> [String] {
            try SafetensorsWriter.write(tensors, to: path)
            var remarks: [String] = []
            try predictor.predict(file: path, batch: 4, remark: { remarks.append($0) }) { _ in }
            return remarks
        }
        #expect(try remarks() == [])
        tensors["card"] = try #require(tensors["card"]) * 1000
        #expect(try remarks() == ["\(path): values far outside the training range: card in 22 of 22 samples"])
        // Invalid tokens may hold anything.
        let mask = try #require(tensors["mask/walk"]).to(dtype: .bool).logicalNot()
        tensors["card"] = try stored.tensor(named: "card")
        tensors["walk"] = try #require(tensors["walk"]).filled(where: mask.reshaped(mask.shape + [1]), with: 1e6)
        #expect(try remarks() == [])
    }
}
