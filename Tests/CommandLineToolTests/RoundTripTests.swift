import Files
import Foundation
import Testing
import Torch
import Training

/// Training, scoring and predicting from the command line.
@Suite struct RoundTripTests {
    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func aRunIsTrainedScoredAndUsed() throws {
        let workspace = try Workspace()
        let trained = try workspace.train(["--json"])
        #expect(trained.status == 0, "\(trained.messages)")
        // A log is not a terminal: whole lines, no escape codes, one line per epoch.
        #expect(!trained.messages.contains("\u{1B}") && !trained.messages.contains("\r"))
        #expect(trained.lines.filter { $0.hasPrefix("epoch ") }.count == 2)
        let result = try JSONFile.decode(RunResult.self, from: Data(trained.output.utf8))
        #expect(result.tasks.keys.sorted() == ["gait", "size"] && result.split == .test && result.seed == 3)
        #expect(try JSONFile.decode(RunResult.self, from: workspace.bytes("run/result.json")) == result)

        // Scoring needs only the run and the data root, not the suite's file.
        try FileManager.default.removeItem(atPath: workspace.path("suite.yaml"))
        let before = try workspace.listing()
        let scored = try workspace.highmmt(["evaluate", "run", "--data", "data", "--json"])
        #expect(scored.status == 0, "\(scored.messages)")
        // Scoring reports the time per epoch, which reproducible files do not contain.
        var again = try JSONFile.decode(RunResult.self, from: Data(scored.output.utf8))
        #expect(again.secondsPerEpoch != nil && result.secondsPerEpoch == nil)
        again.secondsPerEpoch = nil
        #expect(again == result)
        let valid = try workspace.highmmt(["evaluate", "run", "--data", "data", "--split", "valid"])
        #expect(valid.status == 0 && valid.output.contains("gait") && valid.output.contains("valid"))
        #expect(try workspace.listing() == before)

        let described = try workspace.highmmt(["info", "run"])
        #expect(described.status == 0)
        #expect(described.output.contains("\(result.parameters) parameters, seed 3"))
        #expect(described.output.contains("gait: card, walk → 10 outputs"))
        let record = try workspace.highmmt(["info", "run", "--json"])
        #expect(try object(record.output)["format"] as? Int == 1)

        let predicted = try workspace.highmmt([
            "predict", "run", "data/gaits/test.safetensors", "--task", "gait", "--batch", "3",
        ])
        #expect(predicted.status == 0, "\(predicted.messages)")
        let lines = try predicted.output.split(separator: "\n").map { try object(String($0)) }
        #expect(lines.compactMap { $0["row"] as? Int } == Array(0..<10))
        for line in lines {
            let probabilities = try #require(line["probabilities"] as? [String: Double])
            #expect(probabilities.count == 10 && abs(probabilities.values.reduce(0, +) - 1) < 1e-5)
            let best = probabilities.max { $0.value < $1.value }
            #expect(line["prediction"] as? String == best?.key)
        }
        let sizes = try workspace.highmmt(["predict", "run", "data/boxes/test.safetensors", "--task", "size"])
        #expect(sizes.output.split(separator: "\n").count == 10)
        // The values of invalid tokens have no influence.
        try workspace.change("data/gaits/test.safetensors") {
            let invalid = try #require($0["mask/walk"]).logicalNot().reshaped([10, 4, 1])
            $0["walk"] = try $0["walk"]?.filled(where: invalid, with: .nan)
        }
        let repeated = try workspace.highmmt([
            "predict", "run", "data/gaits/test.safetensors", "--task", "gait", "--batch", "3",
        ])
        #expect(repeated.output == predicted.output && repeated.status == 0, "\(repeated.messages)")
    }

    /// A model trained with modality dropout is scored with missing modalities and under noise.
    @Test func missingModalitiesAndNoiseAreScored() throws {
        let workspace = try Workspace()
        let trained = try workspace.train(["training.modality_dropout=0.4", "training.epochs=1"])
        #expect(trained.status == 0, "\(trained.messages)")
        func evaluate(_ arguments: [String]) throws -> String {
            let result = try workspace.highmmt(["evaluate", "run", "--data", "data"] + arguments)
            #expect(result.status == 0, "\(result.messages)")
            return result.output
        }
        #expect(try evaluate(["--without", "picture"]).contains("left out, no modality remains: size"))
        let noisy = try JSONFile.decode(
            RunResult.self, from: Data(evaluate(["--corrupt", "gaussian=0.5@gait/card", "--json"]).utf8))
        #expect(noisy.conditions?.corruptions.map(\.description) == ["gaussian=0.5@gait/card"])
        let unchanged = try evaluate(["--corrupt", "gaussian=0", "--json"])
        #expect(try unchanged == evaluate(["--json"]))
        let costs = try evaluate(["--each-without"]).split(separator: "\n")
        #expect(costs.count == 6 && costs[2].hasPrefix("gait") && costs[4].hasPrefix("size"))

        let table = try JSONFile.decode(
            ModalityCosts.self, from: Data(evaluate(["--each-without", "--json"]).utf8))
        #expect(table.rows.count == 3 && table.rows.allSatisfy { $0.only != nil })
        let curves = try evaluate(["--robustness"])
        for kind in ["gaussian", "salt-and-pepper", "dropped-tokens", "dropped-modalities", "suite score", "0.75"] {
            #expect(curves.contains(kind), "\(kind)")
        }
        let read = try JSONFile.decode(
            RobustnessCurves.self, from: Data(evaluate(["--robustness", "--json"]).utf8))
        #expect(read.curves.count == 4)
        // Both are kept in the run, and shown by its report.
        #expect(try workspace.highmmt(["report", "run"]).status == 0)
        let page = String(decoding: try workspace.bytes("run/report.html"), as: UTF8.self)
        #expect(page.contains("by severity of corruption"))
        #expect(page.contains("Without each modality") && !page.contains("Not measured yet"))
        #expect(page.contains("highmmt train suite.yaml"))
    }

    /// Runs from several seeds are summarised. A run of another suite is refused.
    @Test func seedsAreSummarised() throws {
        let workspace = try Workspace()
        for (name, more) in [("a", ["seed=1"]), ("b", ["seed=2"]), ("other", ["seed=4", "model.latents=4"])] {
            let trained = try workspace.highmmt(
                ["train", "suite.yaml", "training.epochs=1", "--data", "data", "--run", name] + more)
            #expect(trained.status == 0, "\(trained.messages)")
        }
        let result = try workspace.highmmt(["evaluate", "a", "b", "--data", "data"])
        #expect(result.status == 0, "\(result.messages)")
        let lines = result.output.split(separator: "\n")
        #expect(lines.first == "small, 2 runs, seeds 1, 2")
        #expect(lines.last?.hasPrefix("suite score") == true && lines.last?.hasSuffix(" 2") == true)
        #expect(result.output.contains("± "))
        let json = try object(workspace.highmmt(["evaluate", "a", "b", "--data", "data", "--json"]).output)
        let score = try #require(json["score"] as? [String: Any])
        #expect(score["n"] as? Int == 2 && score["standard_error"] is Double)
        #expect((json["runs"] as? [Any])?.count == 2)
        let refused = try workspace.highmmt(["evaluate", "a", "other", "--data", "data"])
        #expect(refused.status == 2 && refused.output.isEmpty)
        #expect(refused.messages.contains("other: contains a run of another suite than a: 'latents: 3' in a"))
    }

    /// The same command gives the same bytes twice. With more epochs it continues.
    @Test func commandsRepeat() throws {
        let workspace = try Workspace()
        let first = try workspace.train(["training.epochs=1"])
        #expect(first.status == 0, "\(first.messages)")
        let repeated = try workspace.highmmt(
            ["train", "suite.yaml", "training.epochs=1", "--data", "data", "--run", "other", "--threads", "1"],
            environment: ["NO_COLOR": "1"])
        #expect(repeated.status == 0 && repeated.output == first.output)
        let files = try workspace.listing()
        for name in files.keys
        where name.hasPrefix("run/") && !["run/timing.json", "run/commands.txt"].contains(name)
            && !name.hasPrefix("run/tensorboard")
        {
            #expect(files[name] == files["other" + name.dropFirst(3)], "\(name)")
        }
        let longer = try workspace.train()
        #expect(longer.status == 0 && longer.messages.contains("continuing after epoch 1"))
    }

    /// Ctrl-C saves a checkpoint and ends with status 0. The repeated command continues.
    @Test func anInterruptedRunContinues() throws {
        let workspace = try Workspace()
        let command = ["train", "suite.yaml", "training.epochs=100000", "--data", "data", "--run", "run"]
        for round in 1...2 {
            let once = Once()
            let result = try Tool.run(command, in: workspace.root) { process, text in
                let epochs = text.split(separator: "\n").filter { $0.hasPrefix("epoch ") }
                if epochs.count >= 2, once.isFirst { process.interrupt() }
            }
            #expect(result.status == 0, "\(result.messages)")
            #expect(result.output.isEmpty)
            let last = try #require(result.lines.last)
            #expect(last.hasPrefix("interrupted in epoch ") && last.contains("saved in run"), "\(last)")
            #expect((round == 2) == result.messages.contains("continuing after epoch"))
        }
        let checkpoint = try #require(try RunDirectory(workspace.path("run")).checkpoints(stage: .first).latest())
        #expect(checkpoint.state.epoch >= 4)
        let done = try workspace.train(["training.epochs=\(checkpoint.state.epoch + 1)"])
        #expect(done.status == 0, "\(done.messages)")
    }

    @Test func theInstallationIsDescribed() throws {
        let workspace = try Workspace()
        let result = try workspace.highmmt(["info", "--json"])
        #expect(result.status == 0)
        let object = try object(result.output)
        #expect(object["libtorch"] as? String == LibTorch.version)
        #expect((object["devices"] as? [String])?.first == "cpu")
        let version = try workspace.highmmt(["--version"])
        #expect(version.status == 0 && version.output == ProjectVersion.number + "\n")
        let help = try workspace.highmmt(["--help"])
        #expect(help.status == 0 && help.output.contains("SUBCOMMANDS") && help.messages.isEmpty)
    }
}
