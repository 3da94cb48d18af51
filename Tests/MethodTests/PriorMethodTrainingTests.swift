import Foundation
import Method
import Multimodal
import Numerics
import Testing
import Torch
import Training

@Suite("Training of prior methods")
struct PriorMethodTrainingTests {
    private func suite(_ small: SmallSuite, _ method: ModelMethod) throws -> Multimodal.Suite {
        var suite = try small.suite()
        suite.model.method = method
        suite.training.epochs = 3
        return suite
    }

    @Test(
        "a run of a prior method is evaluated and predicts",
        arguments: [ModelMethod.lateFusion, .multimodalTransformer])
    func runs(method: ModelMethod) throws {
        let small = try SmallSuite()
        let run = RunDirectory(small.path("run"))
        let data = try OpenedSuite(suite(small, method), dataRoot: small.dataRoot)
        let result = try StageTraining(.first, of: data, run: run, device: .cpu).perform()
        // The classes are two standard deviations apart in three numbers.
        #expect(result.tasks["kind"]?.scores.metrics["accuracy"] ?? 0 > 0.8)
        let stored = try Multimodal.Suite(ofRun: run.suitePath)
        #expect(stored.model.method == method)
        let again = try StageRun(of: OpenedSuite(stored, dataRoot: small.dataRoot), run: run, device: .cpu)
        #expect(try again.evaluate(on: .test) == result)
        var answers = 0
        let predictor = try Predictor(run, device: .cpu)
        try predictor.predict(file: "\(small.dataRoot)/cards/test.safetensors", batch: 8) { _ in answers += 1 }
        #expect(answers == 16)
        #expect { try SourceModel(run, device: .cpu) } throws: { "\($0)".contains("prior method") }
        let other = try OpenedSuite(suite(small, .earlyFusion), dataRoot: small.dataRoot)
        #expect { try StageTraining(.first, of: other, run: run, device: .cpu) } throws: {
            "\($0)".contains("'method: \(method.rawValue)' there")
        }
    }

    @Test("the unimodal method keeps the modality with the least validation loss")
    func unimodal() throws {
        let small = try SmallSuite()
        // `b` and `c` become noise.
        for split in Split.allCases {
            let path = "\(small.dataRoot)/cards/\(split.rawValue).safetensors"
            var tensors = try SafetensorsFile(path: path).tensors()
            for name in ["b", "c"] {
                var random = RandomSource(seed: 1, purpose: "\(name)/\(split.rawValue)")
                tensors[name] = try random.normalTensor(#require(tensors[name]).shape)
            }
            try SafetensorsWriter.write(tensors, to: path)
        }
        let run = RunDirectory(small.path("run"))
        let result = try UnimodalTraining(suite(small, .unimodal), dataRoot: small.dataRoot, run: run, device: .cpu)
            .perform()
        #expect(try Multimodal.Suite(ofRun: run.suitePath).tasks["kind"]?.modalities == ["a"])
        #expect(result.tasks["kind"]?.scores.metrics["accuracy"] ?? 0 > 0.8)
        let losses = try (1...3).map { index in
            let folder = RunDirectory("\(run.path)-modalities/\(index)")
            let data = try OpenedSuite(Multimodal.Suite(ofRun: folder.suitePath), dataRoot: small.dataRoot)
            return try #require(
                StageRun(of: data, run: folder, device: .cpu).evaluate(on: .valid).tasks["kind"]?.scores.loss)
        }
        #expect(losses[0] < losses[1] && losses[0] < losses[2])
        // The test split of a candidate stays unread.
        #expect(RunDirectory("\(run.path)-modalities/1").result(of: .first) == nil)
    }

    @Test("tasks that share nothing are trained as if alone")
    func separateTasks() throws {
        let small = try SmallSuite()
        let text = """
            name: two
            seed: 3
            datasets: {cards: {path: cards}}
            tasks:
              few: {dataset: cards, target: kind, modalities: [a]}
              kind: {dataset: cards, target: kind, modalities: [a, b]}
            model:
              {method: METHOD, latents: 3, width: 8, head_width: 4, identity_width: 3, encoder: {cross_heads: 1, self_heads: 2}}
            training: {recipe: robust, epochs: 4, batch: 8, learning_rate: 0.05, schedule: constant, summary: none, warmup: 0}
            """
        for method in [ModelMethod.lateFusion, .singleTask] {
            let joint = try Multimodal.Suite(
                yaml: text.replacing("METHOD", with: method.rawValue), file: small.path("suite.yaml"))
            func train(_ suite: Multimodal.Suite, _ name: String) throws -> RunResult {
                try StageTraining(
                    .first, of: OpenedSuite(suite, dataRoot: small.dataRoot),
                    run: RunDirectory(small.path("\(method.rawValue)-\(name)")), device: .cpu
                ).perform(usesTest: false)
            }
            let together = try train(joint, "both")
            for task in ["few", "kind"] {
                var alone = joint
                alone.tasks = joint.tasks.filter { $0.key == task }
                let loss = try train(alone, task).tasks[task]?.scores.loss ?? .infinity
                // The second of the single tasks has another number of its encoder, and so other
                // initial values.
                guard method == .lateFusion || task == "few" else { continue }
                #expect(abs(loss - (together.tasks[task]?.scores.loss ?? -9)) < 1e-3, "\(method) \(task)")
            }
        }
    }
}
