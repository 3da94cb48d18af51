import ArgumentParser
import Files
import Foundation
import Importers
import Training

/// `highmmt predict`: predicts a task for new samples.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict a task for new samples.",
        discussion: """
            INPUT is a table (CSV, TSV or JSON Lines) with the columns that were imported, in raw units and without \
            the targets. For a task of one image, sound or array, it is such a file or a folder of them. Or it is a \
            safetensors file with one tensor per modality: [samples, axes…, channels], numbers of any type, scaled as \
            the training data or, with --raw, in the units of the source. Optional tensors are mask/MODALITY for \
            invalid tokens and present/MODALITY for missing modalities. Prints one line of JSON per sample, or CSV.

            Examples:
              highmmt predict runs/open --task movement data/open/motions/test.safetensors
              highmmt predict runs/visits new-visits.csv --output predictions.csv
            """)

    @OptionGroup var samples: SampleOptions

    @Option(help: "json (one line per sample) or csv. (default: by the ending of --output, else json)")
    var format: PredictionFormat?

    @Option(help: ArgumentHelp("Write the predictions to a file.", valueName: "file"))
    var output: String?

    @OptionGroup var runtime: RuntimeOptions

    func validate() throws { try output.map { try samples.checkOutput($0, option: "--output") } }

    func run() throws {
        let device = try runtime.activate()
        let predictor = try Predictor(
            RunDirectory(samples.runFolder), task: samples.task, stage: samples.stage, device: device)
        let isCSV = (format ?? (output?.lowercased().hasSuffix(".csv") == true ? .csv : .json)) == .csv
        var rows = PredictionRows(predictor, isCSV: isCSV)
        var collected: [UInt8] = []
        func show(_ prediction: Predictor.Prediction) throws {
            for line in try rows.lines(prediction) {
                if output == nil { print(line) } else { collected.append(contentsOf: (line + "\n").utf8) }
            }
        }
        if var table = try samples.table(for: predictor) {
            try predict(&table, predictor, show)
        } else {
            try predictor.predict(
                file: samples.input, batch: samples.batch, isRaw: samples.raw,
                remark: { Terminal.write("note: \($0)\n") }, show)
        }
        if let output { try AtomicFile.write(collected, to: output) }
    }

    /// Predicts the samples of a table.
    private func predict(
        _ table: inout EncodedTable, _ predictor: Predictor, _ show: (Predictor.Prediction) throws -> Void
    ) throws {
        var unpredicted = 0
        let ids = table.ids
        try predictor.predict(count: table.count, batch: samples.batch) {
            try table.sample($0, for: predictor)
        } _: { prediction in
            var prediction = prediction
            prediction.id = ids?[prediction.row]
            if prediction.problem != nil { unpredicted += 1 }
            try show(prediction)
        }
        if unpredicted > 0 { table.add(.unpredicted, predictor.taskName, unpredicted) }
        let notes = TableTallyText(table.tally).text
        if !notes.isEmpty { Terminal.write("note: \(notes)\n") }
    }
}

/// The format of predictions.
enum PredictionFormat: String, CaseIterable, ExpressibleByArgument { case json, csv }
