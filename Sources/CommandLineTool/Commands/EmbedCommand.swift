import ArgumentParser
import Files
import Foundation
import Importers
import Training

/// `highmmt embed`: writes the representations of new samples.
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed",
        abstract: "Write the representations of new samples as safetensors.",
        discussion: """
            INPUT is what `highmmt predict` reads. The file has one tensor per representation, with a row per sample \
            of INPUT: latents/MODALITY, [samples, latents, width], is the output of the encoder; \
            pairs/QUERY/CONTEXT, [samples, width], the result of a crossmodal pair; task, [samples, features], what \
            the head of the task reads. present/MODALITY, [samples], is false where a sample lacks a modality; its \
            latents are NaN. The metadata are task, stage and, for tables, ids: a JSON list.

            Examples:
              highmmt embed runs/visits new-visits.csv --to visits.safetensors
              highmmt embed runs/open data/open/motions/test.safetensors --task movement --to motions.safetensors
            """)

    @OptionGroup var samples: SampleOptions

    @Option(name: .customLong("to"), help: ArgumentHelp("The safetensors file to write.", valueName: "file"))
    var destination: String

    @Flag(help: "Print what was written as JSON.")
    var json = false

    @OptionGroup var runtime: RuntimeOptions

    func validate() throws { try samples.checkOutput(destination, option: "--to") }

    func run() throws {
        let device = try runtime.activate()
        let predictor = try Predictor(
            RunDirectory(samples.runFolder), task: samples.task, stage: samples.stage, device: device)
        let table = try samples.table(for: predictor)
        let written = try table.map { try embed($0, predictor) } ?? embedTensors(predictor)
        if json { return try JSONOutput.print(written) }
        EmbeddedFileText(written).lines.forEach { print($0) }
    }

    /// Embeds the samples of a safetensors file.
    private func embedTensors(_ predictor: Predictor) throws -> EmbeddedFile {
        var writer: EmbeddingWriter?
        var count = 0
        try predictor.embed(
            file: samples.input, batch: samples.batch, isRaw: samples.raw,
            remark: { Terminal.write("note: \($0)\n") }
        ) { total, embeddings in
            let open = try writer ?? EmbeddingWriter(path: destination, predictor, count: total)
            (writer, count) = (open, total)
            try open.append(embeddings)
        }
        guard let writer else { throw RunError("\(samples.input): has no samples") }
        try writer.finish()
        return EmbeddedFile(destination, predictor, writer, samples: count)
    }

    /// Embeds the samples of a table.
    private func embed(_ table: EncodedTable, _ predictor: Predictor) throws -> EmbeddedFile {
        var table = table
        let writer = try EmbeddingWriter(
            path: destination, predictor, count: table.count, ids: table.ids)
        var skipped = 0
        try predictor.embed(count: table.count, batch: samples.batch) {
            try table.sample($0, for: predictor)
        } _: { embeddings in
            skipped += embeddings.problems.count { $0 != nil }
            try writer.append(embeddings)
        }
        try writer.finish()
        var written = EmbeddedFile(destination, predictor, writer, samples: table.count)
        if skipped > 0 { table.add(.unpredicted, predictor.taskName, skipped) }
        written.counts = table.tally
        let notes = TableTallyText(table.tally).text
        if !notes.isEmpty { Terminal.write("note: \(notes)\n") }
        return written
    }
}

/// The outcome of `highmmt embed`, as JSON.
struct EmbeddedFile: Encodable {
    var file: String
    var task: String
    var stage: String
    var samples: Int
    /// Name → shape.
    var tensors: [String: [Int]]
    /// Counts of what was missing, unknown, cut or converted.
    var counts = TableTally()

    init(_ file: String, _ predictor: Predictor, _ writer: EmbeddingWriter, samples: Int) {
        (self.file, self.samples) = (file, samples)
        (task, stage) = (predictor.taskName, predictor.stage.rawValue)
        tensors = writer.shapes
    }
}
