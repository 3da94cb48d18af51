import Foundation
import Multimodal
import Parallel

extension Team {
    /// Checks that all processes work with the same suite.
    ///
    /// - Throws: `TeamError` that names the first process that differs from the lead.
    package func check(equalSuite suite: Suite) throws {
        guard size > 1 else { return }
        let lines = try suite.yaml().split(separator: "\n")
        try check(lines.map { ("a line of the suite", "'\($0.trimmingCharacters(in: .whitespaces))'") })
    }

    /// Checks that all processes read the same data.
    ///
    /// - Throws: `TeamError` that names the file and the first process that differs from the lead.
    package func check(equalData tasks: [OpenedTask]) throws {
        guard size > 1 else { return }
        let datasets = Dictionary(tasks.map { ($0.task.dataset, $0.dataset) }) { first, _ in first }
        try check(
            datasets.sorted { $0.key < $1.key }.flatMap { name, dataset in
                dataset.checksums().sorted { $0.key < $1.key }.map { file, sum in
                    ("the checksum of \(file) in dataset \(name)", sum.text)
                }
            })
    }
}
