import Foundation
import Multimodal
import Numerics

/// Tables of one's own, made by a seed, and the commands that people give with them.
final class TableWorkspace {
    let root: String

    /// The settings of a model that is small enough for tests.
    static let small = [
        "model.latents=3", "model.width=8", "model.head_width=4", "model.identity_width=3", "training.epochs=1",
    ]

    init() throws {
        root = NSTemporaryDirectory() + "highmmt-table-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func path(_ name: String) -> String { "\(root)/\(name)" }

    /// Runs a command in the folder.
    func highmmt(_ arguments: [String]) throws -> Tool.Result { try Tool.run(arguments, in: root) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    /// Writes `visits.csv` with a split column, and `new.csv` with its test rows without targets.
    func writeVisits() throws {
        var random = RandomSource(seed: 4, purpose: "visits")
        var rows: [(cells: [String], answers: [String], split: String)] = []
        for row in 0..<60 {
            let isIll = row % 2 == 0
            let age = 40 + 10 * random.normal() + (isIll ? 15 : 0)
            let note = isIll ? "coughs and feels tired since day \(row)" : "feels well, nothing on day \(row)"
            let cells = [
                "v\(row)", row % 11 == 3 ? "" : String(format: "%.1f", age), "\(60 + row % 7)",
                row % 13 == 4 ? "" : ["Oslo", "Rome", "Bern"][row % 3], row % 9 == 5 ? "" : "\"\(note)\"",
            ]
            let split = row % 5 == 0 ? "test" : row % 5 == 1 ? "valid" : "train"
            rows.append((cells, [isIll ? "ill" : "well", String(format: "%.2f", 100 + 2 * age)], split))
        }
        let header = "visit,age,pulse,city,note"
        try write(
            ([header + ",outcome,cost,split"] + rows.map { ($0.cells + $0.answers + [$0.split]).joined(separator: ",") })
                .joined(separator: "\n") + "\n", to: "visits.csv")
        let test = rows.filter { $0.split == "test" }
        try write(
            ([header] + test.map { $0.cells.joined(separator: ",") }).joined(separator: "\r\n") + "\r\n", to: "new.csv")
    }
}
