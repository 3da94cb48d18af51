import ArgumentParser
import Foundation
import Importers
import Multimodal

/// `highmmt data import table`: converts one's own table into a dataset.
struct DataImportTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Convert a table with one row per sample, and the files that it names, into a dataset.",
        discussion: """
            FILE is a CSV, TSV or JSON Lines file. Its columns are numbers, categories, text, or paths, relative to \
            the table, of images (PNG, JPEG), sounds (WAV, FLAC, Ogg) and arrays (.npy, .npz, CSV). Empty cells are \
            missing values. Eight or more columns t0, t1, … are a series. The kinds are guessed and printed as a \
            description in YAML: save it with --describe, edit it, and give it as FILE.

            Roles of columns: number, category, text, image, sound, array, video, value and time (several rows per sample), \
            target, classification, regression, labels, split, group (whose samples stay in one split), id, ignore. \
            Without a split column 70 % of the samples are for training, 10 % for validation and 20 % for test.

            Examples:
              highmmt data import table visits.csv --target outcome --to data/visits
              highmmt data import table visits.csv --target outcome --describe
              highmmt data import table visits.yaml --to data/visits --replace
            """)

    @Argument(help: "The table, or a description in YAML that names it.")
    var file: String

    @Option(help: ArgumentHelp("A column to predict. Repeatable.", valueName: "column"))
    var target: [String] = []

    @Option(name: .customLong("to"), help: ArgumentHelp("Folder of the dataset.", valueName: "dir"))
    var destination: String?

    @Flag(help: "Print the description and stop.")
    var describe = false

    @Flag(help: "Replace a dataset at the destination that no table import made.")
    var replace = false

    @Flag(help: "Print what was imported as JSON.")
    var json = false

    func validate() throws {
        guard describe || destination != nil else {
            throw ValidationError("expected --to with a folder, or --describe")
        }
    }

    func run() throws {
        InterruptSignal.discardsUnfinishedFolders()
        let table = try TableImport(file: file, targets: target)
        guard !describe else { return print(table.text, terminator: "") }
        if table.isGuessed { Terminal.write("guessed; to change it, save it with --describe\n\(table.text)") }
        let progress = ImportProgress()
        let outcome = try table.run(to: destination ?? "", replaces: replace) { progress.show($0) }
        progress.end()
        if json { return try JSONOutput.print(ImportedTable(outcome)) }
        let notes = TableTallyText(outcome.tally).text
        if !notes.isEmpty { Terminal.write("note: \(notes)\n") }
        print(outcome.dataset.folder)
    }
}

/// The outcome of an import, as JSON.
private struct ImportedTable: Encodable {
    var dataset: String
    var rows: [String: Int]
    var modalities: [String]
    var targets: [String]
    var counts: TableTally

    init(_ outcome: TableImport.Outcome) {
        dataset = outcome.dataset.folder
        rows = Split.allCases.reduce(into: [:]) { $0[$1.rawValue] = outcome.dataset.rows(of: $1).count }
        modalities = outcome.dataset.description.modalities.keys.sorted()
        targets = outcome.dataset.description.targets.keys.sorted()
        counts = outcome.tally
    }
}
