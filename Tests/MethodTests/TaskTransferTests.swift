import Foundation
import Method
import Multimodal
import Testing
import Torch
import Training

@Suite("Transfer to new tasks")
struct TaskTransferTests {
    @Test("frozen encoders keep the source's parameters, fine-tuned ones do not")
    func arms() throws {
        let fixture = try TransferFixture()
        let transfer = try fixture.transfer(groups: ["wave": "1", "sign/card": "kind/a"])
        #expect(transfer.arms == [.fineTuned, .frozenEncoder, .fromScratch])
        for arm in transfer.arms {
            _ = try transfer.perform(arm, labels: 1, seed: 4, in: fixture.directory(arm.rawValue))
        }
        let source = try SafetensorsFile(path: fixture.source.checkpoints(stage: .first).bestPath)
        let (tuned, frozen, scratch) = (
            try fixture.parameters("fine-tuned"), try fixture.parameters("frozen-encoder"),
            try fixture.parameters("from-scratch")
        )
        #expect(Set(tuned.keys) == Set(scratch.keys) && Set(tuned.keys) == Set(frozen.keys))
        for group in [0, 1] {
            let path = "encoder.\(group).layer.0.self_attention.query.weight"
            let before = try source.tensor(named: path).floats()
            let gaps = [frozen, tuned, scratch].map { own in
                zip(own[path] ?? [], before).map { abs($0 - $1) }.max() ?? 9
            }
            // The average of equal numbers may differ in the last digit.
            #expect(gaps[0] < 1e-6 && gaps[1] > 1e-4 && gaps[2] > 0.01 && gaps[1] < gaps[2])
        }
        // Crossmodal blocks are trained in all arms.
        let block = "crossmodal.0.layer.0.self_attention.query.weight"
        #expect(try frozen[block] != source.tensor(named: block).floats())
        #expect(tuned["identity.signs/wave"] != nil && tuned["head.sign.linear.bias"]?.count == 3)
    }

    @Test("the new run is a run like any other")
    func isARun() throws {
        let fixture = try TransferFixture()
        let run = fixture.directory("new")
        let result = try fixture.transfer().perform(.fineTuned, labels: 0.5, seed: 4, in: run)
        #expect(Array(result.tasks.keys) == ["sign"] && result.split == .test)
        let suite = try Multimodal.Suite(ofRun: run.suitePath)
        #expect(suite.training.labels == 0.5 && suite.training.recipe == .robust && suite.model.latents == 3)
        let again = try StageRun(of: OpenedSuite(suite, dataRoot: fixture.small.dataRoot), run: run, device: .cpu)
        #expect(try again.evaluate(on: .test) == result)
        #expect(try Predictor(run, device: .cpu).taskName == "sign")
        let record = try JSONDecoder().decode(
            [String: JSONValue].self, from: Data(contentsOf: URL(fileURLWithPath: "\(run.path)/transfer.json")))
        // Tokens of the source have 1 channel, 7 positions and an identity of 3; those of waves 5
        // + 13 + 3.
        #expect(record["fresh_columns"] == .number(10) && record["arm"] == .text("fine-tuned"))
    }

    @Test("a stopped transfer resumes to the same parameters")
    func resumes() throws {
        let fixture = try TransferFixture()
        _ = try fixture.transfer().perform(.frozenEncoder, labels: 1, seed: 4, in: fixture.directory("whole"))
        for stops in [3, 2] {
            var steps = stops
            #expect(throws: Interruption.self) {
                _ = try fixture.transfer().perform(
                    .frozenEncoder, labels: 1, seed: 4, in: fixture.directory("stopped"),
                    shouldStop: {
                        steps -= 1
                        return steps < 0
                    })
            }
        }
        _ = try fixture.transfer().perform(.frozenEncoder, labels: 1, seed: 4, in: fixture.directory("stopped"))
        let (whole, stopped) = (try fixture.parameters("whole"), try fixture.parameters("stopped"))
        for (path, values) in whole {
            #expect(zip(values, stopped[path] ?? []).allSatisfy { abs($0 - $1) < 1e-5 }, "\(path)")
        }
        // A finished run is not the answer to another question.
        let scores = try fixture.transfer().perform(
            .frozenEncoder, labels: 1, seed: 4, in: fixture.directory("stopped"))
        #expect(scores == fixture.directory("stopped").result(of: .first))
        #expect {
            try fixture.transfer().perform(.fineTuned, labels: 1, seed: 4, in: fixture.directory("stopped"))
        } throws: {
            "\($0)".contains("not as fine-tuned")
        }
        #expect {
            try fixture.transfer(groups: ["wave": "1"], ["training.learning_rate=0.5"]).perform(
                .frozenEncoder, labels: 1, seed: 4, in: fixture.directory("stopped"))
        } throws: {
            "\($0)".contains("contains a run of another suite")
        }
    }

    @Test("each stream joins the group whose encoder sees it", arguments: [0, 1])
    func nearestGroup(blind: Int) throws {
        let fixture = try TransferFixture()
        try fixture.blind(encoder: blind)
        let suite = try fixture.suite()
        let tasks = try suite.open(dataRoot: fixture.small.dataRoot).filter { $0.name == "sign" }
        let groups = try TargetGroups(
            for: suite, tasks: tasks, source: SourceModel(fixture.source, device: .cpu), given: ["card": "\(blind)"])
        let wave = try #require(groups.streams["sign/wave"])
        #expect(wave.group == 1 - blind && !wave.isGiven)
        let losses = (try #require(wave.losses[blind]), try #require(wave.losses[1 - blind]))
        // The blind encoder is as good as predicting the mean of three classes: 3 · (2/9).
        #expect(losses.0 > 0.6 && losses.1 < 0.5)
        #expect(groups.streams["sign/card"]?.group == blind && groups.streams["sign/card"]?.isGiven == true)
        #expect(groups.pairs["sign/card+wave"]?.group == 0)
    }

    @Test("each pair joins the group whose crossmodal block tells most of the target")
    func nearestPairGroup() throws {
        let fixture = try TransferFixture(crossmodal: ["kind/a+b": 0, "kind/a+c": 1, "kind/b+c": 1])
        let suite = try fixture.suite()
        let tasks = try suite.open(dataRoot: fixture.small.dataRoot).filter { $0.name == "sign" }
        func pair() throws -> TargetGroups.Choice {
            let groups = try TargetGroups(
                for: suite, tasks: tasks, source: SourceModel(fixture.source, device: .cpu),
                given: ["card": "0", "wave": "1"])
            return try #require(groups.pairs["sign/card+wave"])
        }
        let trained = try pair()
        let losses = (try #require(trained.losses[0]), try #require(trained.losses[1]))
        #expect(trained.losses.count == 2 && !trained.isGiven && losses.0 != losses.1)
        #expect(trained.group == (losses.0 < losses.1 ? 0 : 1))
        // Both tell more than the mean of three classes: 3 · (2/9).
        #expect(max(losses.0, losses.1) < 0.6)
        // Equal blocks tell the same, and the first one is chosen.
        try fixture.copyCrossmodal(from: 1, to: 0)
        let equal = try pair()
        #expect(equal.losses[0] == losses.1 && equal.losses[1] == losses.1 && equal.group == 0)
    }

    @Test("a grouped source has a model before grouping")
    func beforeGrouping() throws {
        let fixture = try TransferFixture(isGrouped: true)
        let transfer = try fixture.transfer(groups: ["wave": "0", "card": "0"])
        #expect(transfer.arms == TransferArm.allCases)
        let still = try fixture.transfer(groups: ["wave": "0", "card": "1"], ["training.learning_rate=0"])
        _ = try still.perform(.beforeGrouping, labels: 1, seed: 4, in: fixture.directory("before"))
        _ = try still.perform(.fineTuned, labels: 1, seed: 4, in: fixture.directory("after"))
        let path = "encoder.0.latents"
        for (name, stage) in [("before", TrainingStage.first), ("after", .second)] {
            let file = try SafetensorsFile(path: fixture.source.checkpoints(stage: stage).bestPath)
            let kept = try #require(try fixture.parameters(name)[path])
            #expect(zip(kept, try file.tensor(named: path).floats()).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
        }
        let encoders = try fixture.parameters("before").keys.filter { $0.hasPrefix("encoder.1.") }
        #expect(encoders.isEmpty)
    }

    @Test("tasks of the source, unknown tasks and unknown groups are errors")
    func errors() throws {
        let fixture = try TransferFixture()
        #expect { try fixture.transfer(tasks: ["kind"]) } throws: { "\($0)".contains("was trained on task 'kind'") }
        #expect { try fixture.transfer(tasks: ["sgn"]) } throws: { "\($0)".contains("did you mean 'sign'") }
        for (groups, text) in [(["wave": "7"], "no group '7'"), (["wav": "0"], "no stream 'wav'")] {
            let transfer = try fixture.transfer(groups: groups)
            #expect { try transfer.perform(.fineTuned, labels: 1, seed: 1, in: fixture.directory("bad")) } throws: {
                "\($0)".contains(text)
            }
            #expect(!fixture.directory("bad").exists)
        }
        let grouped = try fixture.transfer()
        #expect { try grouped.perform(.beforeGrouping, labels: 1, seed: 1, in: fixture.directory("bad")) } throws: {
            "\($0)".contains("before-grouping")
        }
    }
}

/// The values of a JSON object that the tests compare.
private enum JSONValue: Decodable, Equatable {
    case number(Double), text(String), other

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .other
        }
    }
}
