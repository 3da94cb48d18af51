import ArgumentParser
import Files
import Foundation
import Importers
import Multimodal
import Training

/// The run and the new samples that a command reads.
struct SampleOptions: ParsableArguments {
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

    @Option(help: "stage1, stage2 or pruned. (default: stage2 if it exists, else stage1)")
    var stage: TrainingStage?

    func validate() throws {
        guard batch > 0 else { throw ValidationError("--batch is \(batch); expected at least 1") }
    }

    /// Refuses an output that would replace the samples.
    ///
    /// - Throws: `ValidationError` when the two are the same file.
    func checkOutput(_ path: String, option: String) throws {
        let files = [path, input].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().standardizedFileURL.path }
        guard files[0] != files[1] else {
            throw ValidationError("\(option) is \(path), which holds the samples; name another file")
        }
    }

    /// Returns the samples as a table; `nil` if they are a safetensors file.
    ///
    /// - Throws: ``RunError`` for raw samples of a dataset that no table import made; the errors
    ///   of `EncodedTable`.
    func table(for predictor: Predictor) throws -> EncodedTable? {
        let ending = (input as NSString).pathExtension.lowercased()
        let isTensors = ending == "safetensors" || !EncodedTable.endings.contains(ending) && predictor.encoding == nil
        guard !isTensors else { return nil }
        guard let encoding = predictor.encoding else {
            let found = try MappedFile(path: input)
            let kind = FileSignature(of: found.bytes)?.phrase ?? "not a safetensors file"
            throw RunError(
                "\(input): is \(kind), expected a safetensors file; the dataset of '\(predictor.taskName)' was not imported "
                    + "from a table, so raw values cannot be encoded")
        }
        return try EncodedTable(location: input, encoding: encoding, modalities: Set(predictor.modalities))
    }
}

extension EncodedTable {
    /// Returns a sample, and counts its files with values far outside the training range. Numbers
    /// in cells and arrays are compared with the ranges of their columns.
    mutating func sample(_ index: Int, for predictor: Predictor) throws -> Sample {
        let sample = try sample(index)
        for name in predictor.farModalities(of: sample) {
            let column = predictor.encoding?.modalities[name]?.columns.first
            guard column.flatMap({ predictor.encoding?.columns[$0]?.role }) == .sound else { continue }
            add(.farOutside, name, 1)
        }
        return sample
    }
}
