import Files
import Foundation
import Heterogeneity
import Importers
import Multimodal

extension FuzzedReader {
    func readText(_ bytes: [UInt8]) throws {
        switch self {
        case .dataset: try HostileFile.with(bytes, named: "dataset.json") { _ = try DatasetDescription(file: $0) }
        case .matrix:
            try HostileFile.with(bytes, named: "x.json") {
                _ = try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: $0)).json()
            }
        case .records: try HostileFile.with(bytes, named: "x.jsonl", Self.guess)
        case .series: try HostileFile.with(bytes, named: "x.ts") { _ = try TimeSeriesArchive(path: $0).cases.count }
        case .suite: _ = try Suite(yaml: String(decoding: bytes, as: UTF8.self)).yaml()
        case .table: try HostileFile.with(bytes, named: "x.csv", Self.guess)
        case .tableDescription: _ = try TableDescription(yaml: String(decoding: bytes, as: UTF8.self))
        default:
            try HostileFile.with(bytes, named: "x.csv") { path in
                let table = try TableImport(file: path, targets: ["outcome"])
                _ = try table.run(to: Folder.parent(of: path) + "/dataset")
            }
        }
    }

    /// Reads a table and guesses the roles of its columns.
    private static func guess(_ path: String) throws {
        let table = try TableImport(file: path)
        _ = try TableDescription(yaml: table.text)
    }
}
