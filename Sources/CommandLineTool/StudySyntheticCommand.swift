import ArgumentParser
import Foundation
import Heterogeneity
import Studies

/// `highmmt study synthetic`: heterogeneities on data whose structure is known.
struct StudySyntheticCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthetic",
        abstract: "Measure heterogeneities on made-up data whose structure is known.",
        discussion: """
            Example:
              highmmt study synthetic --seeds 5
            """)

    @Option(name: .customLong("run"), help: ArgumentHelp("Folder of the study.", valueName: "dir"))
    var folder = "runs/synthetic"

    @Option(help: ArgumentHelp("Epochs of every training.", valueName: "n"))
    var epochs = 8

    @Option(help: ArgumentHelp("Trainings of everything, from different random starts.", valueName: "n"))
    var seeds = 2

    @Option(help: ArgumentHelp("Training rows.", valueName: "n"))
    var rows = 96

    @Option(help: ArgumentHelp("Trainings at the same time, one thread each. (default: all cores)", valueName: "n"))
    var workers: Int?

    @Option var separation = 1.0
    @Option var worlds = 4
    @Option var tokens = 1
    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let study = OverlapStudy(
            world: OverlapWorld(rows: rows, tokens: tokens, separation: separation), worlds: worlds,
            budget: TransferBudget(epochs: epochs, seeds: seeds),
            workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
        let result = try study.run(in: "\(folder)/overlap", progress: MeasurementProgress().show)
        guard !json else { return try JSONOutput.print(result) }
        var table = TextTable(header: ["overlap", "d", "±", "T from anchor", "T to anchor"])
        for level in result.levels {
            let numbers = [level.distance, level.standardError, level.fromAnchor, level.toAnchor]
            table.add([String(format: "%.3f", level.overlap)] + numbers.map { String(format: "%.4f", $0) })
        }
        print(table.text)
        print("Spearman of overlap and d: \(result.spearman.map { String(format: "%.3f", $0) } ?? "-")")
    }
}
