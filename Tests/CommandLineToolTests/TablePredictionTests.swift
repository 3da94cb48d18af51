import Files
import Foundation
import Testing
import Torch
import Training

/// From one's own table to predictions for new rows, as people do it.
@Suite struct TablePredictionTests {
    private func predictions(_ result: Tool.Result) throws -> [Predictor.Prediction] {
        #expect(result.status == 0, "\(result.messages)")
        return try result.output.split(separator: "\n").map {
            try JSONFile.decode(Predictor.Prediction.self, from: Data($0.utf8))
        }
    }

    private func trained() throws -> TableWorkspace {
        let workspace = try TableWorkspace()
        try workspace.writeVisits()
        let imported = try workspace.highmmt([
            "data", "import", "table", "visits.csv", "--target", "outcome", "--target", "cost", "--to", "visits",
        ])
        #expect(imported.status == 0 && imported.output == "visits\n", "\(imported.messages)")
        #expect(imported.messages.contains("  note: text\n  outcome: target\n"))
        #expect(imported.messages.contains("note: samples without a modality: categories 5, note 7"))
        let training = try workspace.highmmt(["train", "visits"] + TableWorkspace.small)
        #expect(training.status == 0, "\(training.messages)")
        return workspace
    }

    /// New rows give the numbers of the same rows in the dataset, to the last digit.
    @Test func rowsAreTheSameAsInTheDataset() throws {
        let workspace = try trained()
        for task in ["outcome", "cost"] {
            var raw = try predictions(
                workspace.highmmt(["predict", "runs/visits", "new.csv", "--task", task, "--batch", "5"]))
            let stored = try predictions(
                workspace.highmmt([
                    "predict", "runs/visits", "visits/test.safetensors", "--task", task, "--batch", "5",
                ]))
            #expect(raw.map(\.id) == (0..<12).map { "v\(5 * $0)" })
            for row in raw.indices { raw[row].id = nil }
            #expect(raw.count == 12)
            for (a, b) in zip(raw, stored) {
                #expect(a.prediction == b.prediction && a.probabilities == b.probabilities && a.values == b.values)
                #expect(a.row == b.row && a.problem == nil)
            }
        }
        // The same rows as German Excel writes them.
        let plain = try String(contentsOfFile: workspace.path("new.csv"), encoding: .utf8)
        let excel = plain.replacing(",", with: ";").replacing(".", with: ",")
        try workspace.write("\u{FEFF}" + excel.replacing("well; ", with: "well, "), to: "excel.csv")
        let first = try workspace.highmmt(["predict", "runs/visits", "new.csv", "--task", "cost"])
        #expect(
            try workspace.highmmt(["predict", "runs/visits", "excel.csv", "--task", "cost"]).output == first.output)
        // Without the dataset, the run has all that is needed.
        try FileManager.default.removeItem(atPath: workspace.path("visits"))
        let csv = try workspace.highmmt([
            "predict", "runs/visits", "new.csv", "--task", "outcome", "--output", "out.csv",
        ])
        #expect(csv.status == 0 && csv.output.isEmpty, "\(csv.messages)")
        let lines = try String(contentsOfFile: workspace.path("out.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "row,id,outcome,probability of ill,probability of well,problem" && lines.count == 13)
        #expect(lines[1].hasPrefix("0,v0,"))
    }

    /// Cells that training did not show are counted, and do not stop the other rows.
    @Test func unknownAndMissingValuesAreCounted() throws {
        let workspace = try trained()
        try workspace.write(
            "city,pulse,age,note,visit\nLima,61,,\"coughs\",a\n,,,,b\nOslo,6000,55,,c\n", to: "odd.csv")
        let result = try workspace.highmmt(["predict", "runs/visits", "odd.csv", "--task", "cost"])
        let found = try predictions(result)
        #expect(found.map(\.id) == ["a", "b", "c"])
        #expect(found[0].values?.count == 1 && found[2].values?.count == 1)
        #expect(found[1].values == nil && found[1].problem == "has no modality of the task")
        for part in [
            "rare or unknown categories: city 1", "numbers far outside the training range: pulse 1",
            "samples without a prediction: cost 1", "missing cells: age 1",
        ] { #expect(result.messages.contains(part), "\(part): \(result.messages)") }
    }

    @Test(arguments: [["predict", "--output"], ["embed", "--to"]])
    func samplesAreNotOverwritten(command: [String]) throws {
        let workspace = try Workspace()
        try workspace.write("x\n1\n", to: "new.csv")
        let result = try workspace.highmmt([command[0], "run", "new.csv", command[1], "./new.csv"])
        #expect(result.status == 2)
        #expect(result.messages.contains("\(command[1]) is ./new.csv, which holds the samples"))
        #expect(try String(contentsOfFile: workspace.path("new.csv"), encoding: .utf8) == "x\n1\n")
    }

    /// Rows of a table have the embeddings of the same rows in the dataset, and their ids.
    @Test func rowsAreEmbedded() throws {
        let workspace = try trained()
        let task = ["--task", "outcome", "--batch", "5"]
        let raw = try workspace.highmmt(["embed", "runs/visits", "new.csv", "--to", "raw.safetensors"] + task)
        #expect(raw.status == 0, "\(raw.messages)")
        #expect(raw.messages.contains("note: samples without a modality: "))
        #expect(raw.output.contains("latents/note") && raw.output.contains("12 × 3 × 8"))
        let stored = try workspace.highmmt(
            ["embed", "runs/visits", "visits/test.safetensors", "--to", "stored.safetensors"] + task)
        #expect(stored.status == 0, "\(stored.messages)")
        let files = try ["raw", "stored"].map { try SafetensorsFile(path: workspace.path("\($0).safetensors")) }
        #expect(files[0].entries.keys.sorted() == files[1].entries.keys.sorted() && files[0].entries.count == 13)
        for name in files[0].entries.keys {
            let bytes = try files.map { file in try file.withBytes(of: name) { Array($0) } }
            #expect(bytes[0] == bytes[1], "\(name)")
        }
        #expect(files[1].metadata == ["task": "outcome", "stage": "stage1"])
        let ids = try #require(files[0].metadata["ids"])
        #expect(try JSONDecoder().decode([String].self, from: Data(ids.utf8)) == (0..<12).map { "v\(5 * $0)" })
        try workspace.write("visit,age,pulse,city,note\na,x,2,Oslo,well\n", to: "word.csv")
        let failed = try workspace.highmmt(["embed", "runs/visits", "word.csv", "--to", "no.safetensors"] + task)
        #expect(failed.status == 2 && failed.messages.contains("word.csv: line 2: column 'age': 'x'"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("no.safetensors")))
    }

    /// Tensors a thousand times too large are reported; what is in raw units by mistake, too.
    @Test func largeTensorsAreReported() throws {
        let workspace = try trained()
        let stored = try SafetensorsFile(path: workspace.path("visits/test.safetensors"))
        let names = stored.entries.keys.filter { !$0.hasPrefix("target/") && !$0.hasPrefix("present/target/") }
        var tensors = try names.reduce(into: [:]) { $0[$1] = try stored.tensor(named: $1) }
        tensors["numbers"] = try #require(tensors["numbers"]) * 1000
        try SafetensorsWriter.write(tensors, to: workspace.path("large.safetensors"))
        for raw in [[], ["--raw"]] {
            let result = try workspace.highmmt(["predict", "runs/visits", "large.safetensors", "--task", "cost"] + raw)
            #expect(result.status == 0 && result.output.split(separator: "\n").count == 12)
            #expect(
                result.messages
                    == "note: large.safetensors: values far outside the training range: numbers in 12 of 12 "
                    + "samples\n", "\(result.messages)")
        }
    }

    @Test func mistakesAreNamed() throws {
        let workspace = try trained()
        try workspace.write("visit,age,puls,city,note\na,1,2,Oslo,well\n", to: "typo.csv")
        try workspace.write("visit,age,pulse,city,note\na,old,2,Oslo,well\n", to: "word.csv")
        for (file, expected) in [
            ("typo.csv", "typo.csv: line 1: no column 'pulse', did you mean 'puls'?"),
            ("word.csv", "word.csv: line 2: column 'age': 'old', expected a number"), ("none.csv", "none.csv: "),
        ] {
            let result = try workspace.highmmt(["predict", "runs/visits", file, "--task", "cost"])
            #expect(result.status == 2 && result.lines.count == 1, "\(result.messages)")
            #expect(result.messages.contains(expected), "\(result.messages)")
        }
        let task = try workspace.highmmt(["predict", "runs/visits", "new.csv"])
        #expect(task.status == 2 && task.messages.contains("choose one with --task: cost, outcome"))
    }

    /// A description is printed, saved, and gives the dataset of the guess.
    @Test func theDescriptionCanBeSaved() throws {
        let workspace = try TableWorkspace()
        try workspace.writeVisits()
        let described = try workspace.highmmt([
            "data", "import", "table", "visits.csv", "--target", "outcome", "--describe",
        ])
        #expect(described.status == 0 && described.messages.isEmpty)
        try workspace.write(described.output, to: "visits.yaml")
        let json = try workspace.highmmt(["data", "import", "table", "visits.yaml", "--to", "a", "--json"])
        #expect(json.status == 0, "\(json.messages)")
        let counts = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(counts["rows"] as? [String: Int] == ["train": 36, "valid": 12, "test": 12])
        #expect(counts["modalities"] as? [String] == ["categories", "note", "numbers"])
        _ = try workspace.highmmt(["data", "import", "table", "visits.csv", "--target", "outcome", "--to", "b"])
        for name in ["train.safetensors", "test.safetensors", "dataset.json"] {
            #expect(
                FileManager.default.contents(atPath: workspace.path("a/\(name)"))
                    == FileManager.default.contents(atPath: workspace.path("b/\(name)")))
        }
    }
}
