import ArgumentParser
import Files
import Training

/// `highmmt metrics`: writes the losses and scores of all epochs of a run as CSV.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Write the losses and scores of all epochs of a run as CSV.",
        discussion: """
            The columns are stage, epoch, split, task, metric, value and is_best. For TensorBoard, the same values are \
            in the folder tensorboard of the run.

            Examples:
              highmmt metrics runs/open --output open.csv
              tensorboard --logdir runs/open/tensorboard
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Option(help: ArgumentHelp("Write the table to a file.", valueName: "file"))
    var output: String?

    func run() throws {
        let text = MetricsCSV(try MetricsLog(path: RunDirectory(runFolder).metricsPath).records()).text
        if let output { try AtomicFile.write(Array(text.utf8), to: output) } else { print(text, terminator: "") }
    }
}
