import Foundation
import Heterogeneity
import Importers
import Multimodal

extension FuzzedReader {
    func readText(_ bytes: [UInt8]) throws {
        switch self {
        case .dataset: _ = try DatasetDescription(file: HostileFile(bytes, ending: "json").path)
        case .matrix:
            _ = try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: HostileFile(bytes, ending: "json").path))
        case .records: try Self.guess(HostileFile(bytes, ending: "jsonl"))
        case .series: _ = try TimeSeriesArchive(path: HostileFile(bytes, ending: "ts").path).cases.count
        case .suite: _ = try Suite(yaml: String(decoding: bytes, as: UTF8.self)).yaml()
        case .table: try Self.guess(HostileFile(bytes, ending: "csv"))
        case .tableDescription: _ = try TableDescription(yaml: String(decoding: bytes, as: UTF8.self))
        default:
            let file = try HostileFile(bytes, ending: "csv")
            let table = try TableImport(file: file.path, targets: ["outcome"])
            _ = try table.run(to: file.folder + "/dataset")
        }
    }

    /// Reads a table and guesses the roles of its columns.
    private static func guess(_ file: HostileFile) throws {
        let table = try TableImport(file: file.path)
        _ = try TableDescription(yaml: table.text)
    }
}
