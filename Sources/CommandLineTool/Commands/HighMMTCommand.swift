import ArgumentParser
import Training

/// The root of all commands.
struct HighMMTCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "highmmt",
        abstract: "One model for many modalities and tasks.",
        discussion: """
            Examples:
              highmmt demo                              fetch real data and run the whole method
              highmmt run Suites/open.yaml              the whole method on a suite
              highmmt train Suites/open.yaml            train the tasks of a suite
              highmmt evaluate runs/open                score a run on the test splits
            """,
        version: ProjectVersion.number,
        subcommands: [
            DemoCommand.self, DataCommand.self, RunCommand.self, TrainCommand.self, HeterogeneityCommand.self,
            GroupCommand.self, FinetuneCommand.self, TransferCommand.self, EvaluateCommand.self, PredictCommand.self,
            EmbedCommand.self, ReportCommand.self, WatchCommand.self, PlotCommand.self, MetricsCommand.self,
            ExportCommand.self, ImportCheckpointCommand.self, StudyCommand.self, VerifyReferenceCommand.self,
            BenchmarkCommand.self, InfoCommand.self,
        ])
}
