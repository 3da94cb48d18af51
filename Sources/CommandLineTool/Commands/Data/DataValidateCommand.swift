import ArgumentParser
import Multimodal

/// `highmmt data validate`: checks a dataset against its description.
struct DataValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate",
        abstract: "Check every value of a dataset; the exit status is 2 when something is wrong.",
        discussion: """
            Example:
              highmmt data validate data/open/digits
            """)

    @Argument(help: "Folder of the dataset.")
    var folder: String

    func run() throws {
        let dataset = try Dataset(folder: folder)
        Terminal.writeRemarks(on: [dataset])
        let problems = try dataset.problems()
        for problem in problems { Terminal.write("error: \(problem)\n") }
        guard problems.isEmpty else { throw ExitCode(2) }
        print("\(folder): valid, \(dataset.train.count) + \(dataset.valid.count) + \(dataset.test.count) samples")
    }
}
