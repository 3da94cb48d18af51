import Foundation
import TestSupport
import Testing
import Torch

/// The commands of the tutorial, as they stand in the documentation.
@Suite struct TableTutorialTests {
    private static let article = "\(Fixtures.repository)/Sources/Importers/Importers.docc/YourOwnTable.md"

    /// Returns the code blocks of a language.
    private static func blocks(_ language: String) throws -> [String] {
        let text = try String(contentsOfFile: article, encoding: .utf8)
        return text.components(separatedBy: "```\(language)\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    /// Runs a line of the tutorial; a model for tests replaces the default one.
    private func run(_ line: Substring, in workspace: TableWorkspace) throws -> Tool.Result {
        var words = line.split(separator: " ").map(String.init)
        let program = words.removeFirst()
        guard program == "python3" else {
            #expect(program == "./highmmt")
            return try workspace.highmmt(words + (words[0] == "train" ? TableWorkspace.small : []))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "\(Fixtures.repository)/\(words[0])"] + words.dropFirst()
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.root)
        try process.run()
        process.waitUntilExit()
        return Tool.Result(status: process.terminationStatus, output: "", messages: "")
    }

    @Test func everyCommandWorks() throws {
        let workspace = try TableWorkspace()
        let lines = try Self.blocks("sh").flatMap { $0.split(separator: "\n") }
        #expect(lines.count == 11)
        var outputs: [String] = []
        for line in lines {
            let result = try run(line, in: workspace)
            #expect(result.status == 0, "\(line): \(result.messages)")
            outputs.append(result.output)
        }
        let predictions = outputs[6].split(separator: "\n")
        #expect(predictions.count == 8 && predictions[0].hasPrefix("{\"id\":\"a40\",\"prediction\":"))
        let ages = try String(contentsOfFile: workspace.path("ages.csv"), encoding: .utf8).split(separator: "\n")
        #expect(ages.count == 9 && ages[0] == "row,id,age,problem" && ages[8].hasPrefix("7,a47,"))
        #expect(FileManager.default.fileExists(atPath: workspace.path("runs/animals/report.html")))
        let embedded = try SafetensorsFile(path: workspace.path("animals.safetensors"))
        #expect(embedded.entries["task"]?.shape.first == 8 && embedded.metadata["ids"]?.hasPrefix("[\"a40\",") == true)
        #expect(outputs[7].isEmpty && outputs[8].hasPrefix("animals.safetensors"))

        // The description of the article says more than the guess: sizes, units, shares.
        let yaml = try #require(try Self.blocks("yaml").first)
        try workspace.write(yaml, to: "animals/animals.yaml")
        let again = try workspace.highmmt([
            "data", "import", "table", "animals/animals.yaml", "--to", "data/animals", "--json",
        ])
        #expect(again.status == 0, "\(again.messages)")
        let outcome = try #require(JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
        #expect(outcome["modalities"] as? [String] == ["categories", "note", "numbers", "photo", "voice"])
        #expect(outcome["rows"] as? [String: Int] == ["train": 28, "valid": 6, "test": 6])
    }

    /// Rows with images, sounds, texts, categories and numbers give the numbers of the dataset, and
    /// a single photo is enough for a task of photos.
    @Test func filesAreReadAsInTheDataset() throws {
        let workspace = try TableWorkspace()
        #expect(try run("python3 Examples/table/make-table.py .", in: workspace).status == 0)
        var rows = try String(contentsOfFile: workspace.path("animals.csv"), encoding: .utf8)
            .components(separatedBy: "\r\n").filter { !$0.isEmpty }
        for row in rows.indices {
            rows[row] += row == 0 ? ",split" : ",\(["train", "train", "valid", "test"][row % 4])"
        }
        try workspace.write(rows.joined(separator: "\n") + "\n", to: "all.csv")
        try workspace.write(
            rows.indices.filter { $0 % 4 == 3 || $0 == 0 }.map { rows[$0] + "\n" }.joined(), to: "some.csv")
        let imported = try workspace.highmmt(["data", "import", "table", "all.csv", "--target", "kind", "--to", "d"])
        #expect(imported.status == 0, "\(imported.messages)")
        let trained = try workspace.highmmt(["train", "d"] + TableWorkspace.small)
        #expect(trained.status == 0, "\(trained.messages)")
        let stored = try workspace.highmmt(["predict", "runs/d", "d/test.safetensors"])
        let raw = try workspace.highmmt(["predict", "runs/d", "some.csv"])
        let names = raw.output.replacing(/"id":"a\d+",/, with: "")
        #expect(stored.output.split(separator: "\n").count == 10 && names == stored.output, "\(raw.messages)")

        let photos = try workspace.highmmt(
            ["train", "d", "tasks.kind.modalities=[photo]", "--run", "runs/photos"] + TableWorkspace.small)
        #expect(photos.status == 0, "\(photos.messages)")
        let table = try workspace.highmmt(["predict", "runs/photos", "some.csv", "--batch", "1"])
        let photo = try workspace.highmmt(["predict", "runs/photos", "files/photo6.png"])
        // A line has the keys in order: id, prediction, probabilities, row.
        func value(_ line: some StringProtocol) -> String {
            line.components(separatedBy: "\"prediction\"").last?.components(separatedBy: ",\"row\"").first ?? ""
        }
        let ofTable = try #require(table.output.split(separator: "\n").first { $0.contains("\"a6\"") })
        #expect(photo.output.hasPrefix("{\"id\":\"photo6.png\",\"prediction\":"), "\(photo.messages)")
        #expect(value(photo.output) == value(ofTable) && value(ofTable).contains("probabilities"))
        let folder = try workspace.highmmt(["predict", "runs/photos", "files", "--format", "csv"])
        #expect(folder.status == 0 && folder.output.split(separator: "\n").count == 49, "\(folder.messages)")
    }
}
