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

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Argument(help: "The samples: a table, a raw file, a folder of them, or a safetensors file.")
    var input: String

    @Option(help: "The task. (default: the only one)")
    var task: String?

    @Flag(help: "The safetensors file is in raw units: standardise it as the dataset was.")
    var raw = false

    @Option(help: ArgumentHelp("Samples per forward pass.", valueName: "n"))
    var batch = 64

    @Option(help: "json (one line per sample) or csv. (default: by the ending of --output, else json)")
    var format: PredictionFormat?

    @Option(help: ArgumentHelp("Write the predictions to a file.", valueName: "file"))
    var output: String?

    @Option(help: "stage1, stage2 or pruned. (default: stage2 if it exists, else stage1)")
    var stage: TrainingStage?

    @OptionGroup var runtime: RuntimeOptions

    func run() throws {
        guard batch > 0 else { throw ValidationError("--batch is \(batch); expected at least 1") }
        let device = try runtime.activate()
        let predictor = try Predictor(RunDirectory(runFolder), task: task, stage: stage, device: device)
        let isCSV = (format ?? (output?.lowercased().hasSuffix(".csv") == true ? .csv : .json)) == .csv
        var rows = PredictionRows(predictor, isCSV: isCSV)
        var collected: [UInt8] = []
        func show(_ prediction: Predictor.Prediction) throws {
            for line in try rows.lines(prediction) {
                if output == nil { print(line) } else { collected.append(contentsOf: (line + "\n").utf8) }
            }
        }
        let ending = (input as NSString).pathExtension.lowercased()
        let isTensors = ending == "safetensors" || !EncodedTable.endings.contains(ending) && predictor.encoding == nil
        if isTensors {
            try predictor.predict(
                file: input, batch: batch, isRaw: raw, remark: { Terminal.write("note: \($0)\n") }, show)
        } else {
            try predict(predictor, show)
        }
        if let output { try AtomicFile.write(collected, to: output) }
    }

    /// Predicts the samples of a table.
    private func predict(_ predictor: Predictor, _ show: (Predictor.Prediction) throws -> Void) throws {
        guard let encoding = predictor.encoding else {
            let found = try MappedFile(path: input)
            let kind = FileSignature(of: found.bytes)?.phrase ?? "not a safetensors file"
            throw RunError(
                "\(input): is \(kind), expected a safetensors file; the dataset of '\(predictor.taskName)' was not imported "
                    + "from a table, so raw values cannot be encoded")
        }
        var table = try EncodedTable(location: input, encoding: encoding, modalities: Set(predictor.modalities))
        var unpredicted = 0
        try predictor.predict(count: table.count, batch: batch) {
            try table.sample($0)
        } _: { prediction in
            var prediction = prediction
            prediction.id = table.id(of: prediction.row)
            if prediction.problem != nil { unpredicted += 1 }
            try show(prediction)
        }
        var tally = table.tally
        if unpredicted > 0 { tally.add(.unpredicted, predictor.taskName, unpredicted) }
        let notes = TableTallyText(tally).text
        if !notes.isEmpty { Terminal.write("note: \(notes)\n") }
    }
}

/// The format of predictions.
enum PredictionFormat: String, CaseIterable, ExpressibleByArgument { case json, csv }
