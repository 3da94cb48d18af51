import Files
import Foundation
import Multimodal

/// The checksums of the datasets of a run, the content of `checksums.json`.
///
/// They are recorded when the run begins. Data that have changed since are never used without a
/// word.
struct DataChecksums: Codable, Equatable {
    /// Dataset → file → checksum.
    var datasets: [String: [String: String]] = [:]

    private let path: String

    private enum CodingKeys: String, CodingKey { case datasets }

    /// Reads the checksums of a run, which are empty when nothing is recorded.
    ///
    /// - Throws: `FileError` when the file is damaged.
    init(of run: RunDirectory) throws {
        path = "\(run.path)/checksums.json"
        guard let data = try Folder.contents(ofFile: path) else { return }
        let advice = "delete it if the datasets are still those of the run"
        do {
            datasets = try JSONFile.decode(DataChecksums.self, from: data).datasets
        } catch {
            throw FileError(path: path, reason: "is not a record of checksums: \(error.oneLine); \(advice)")
        }
        try JSONFile.checkChecksum(data, path: path, advice: advice)
    }

    /// Decodes a record.
    init(from decoder: any Decoder) throws {
        path = ""
        datasets = try decoder.container(keyedBy: CodingKeys.self).decode(
            [String: [String: String]].self, forKey: .datasets)
    }

    /// Returns the files of datasets that have changed, with both checksums.
    func changes(in tasks: [OpenedTask], splits: [Split]) -> [String] {
        Self.datasets(of: tasks).flatMap { name, dataset in
            guard let before = datasets[name] else { return [String]() }
            return dataset.checksums(of: splits).sorted { $0.key < $1.key }.compactMap { file, sum in
                guard let stated = before[file], stated != sum.text else { return nil }
                return "\(dataset.folder)/\(file) (checksum \(sum.text), expected \(stated))"
            }
        }
    }

    /// Checks the datasets that are recorded.
    ///
    /// - Throws: ``RunError`` that names a file that has changed.
    func check(_ tasks: [OpenedTask]) throws {
        let changed = changes(in: tasks, splits: Split.allCases)
        guard changed.isEmpty else {
            throw RunError(
                "\(Folder.parent(of: path)): the data have changed since this run began: "
                    + "\(changed.joined(separator: ", ")); restore them, or choose another folder with --run")
        }
    }

    /// Records the datasets that are not recorded yet.
    ///
    /// - Throws: `FileError` when the record cannot be written.
    mutating func record(_ tasks: [OpenedTask]) throws {
        let missing = Self.datasets(of: tasks).filter { datasets[$0.key] == nil }
        guard !missing.isEmpty else { return }
        for (name, dataset) in missing { datasets[name] = dataset.checksums().mapValues(\.text) }
        try JSONFile.writeChecked(self, to: path)
    }

    /// Returns the datasets of tasks by their name in the suite, in order.
    private static func datasets(of tasks: [OpenedTask]) -> [(key: String, value: Dataset)] {
        Dictionary(tasks.map { ($0.task.dataset, $0.dataset) }) { first, _ in first }.sorted { $0.key < $1.key }
    }
}
