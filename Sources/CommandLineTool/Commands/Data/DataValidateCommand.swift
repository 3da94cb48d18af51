import ArgumentParser
import Multimodal

/// `highmmt data validate`: whether a dataset is as its description says.
struct DataValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check a dataset to the last number; the exit status is 2 when something is wrong.",
        discussion: """
            Example:
              highmmt data validate data/open/digits
            """)

    @Argument(help: "Folder of the dataset.")
    var folder: String

    func run() throws {
        let dataset = try Dataset(folder: folder)
        let problems = try dataset.problems()
        for problem in problems { Terminal.write("error: \(problem)\n") }
        guard problems.isEmpty else { throw ExitCode(2) }
        print("\(folder): valid, \(dataset.train.count) + \(dataset.valid.count) + \(dataset.test.count) samples")
    }
}
