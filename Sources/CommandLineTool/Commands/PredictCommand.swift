import ArgumentParser
import Files
import Foundation
import Training

/// `highmmt predict`: predicts a task for new samples.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict a task for new samples.",
        discussion: """
            INPUT is a safetensors file with one tensor per modality: [samples, axes…, channels], numbers of any \
            type, scaled as the training data. Optional tensors are mask/MODALITY for invalid tokens and present/MODALITY for missing \
            modalities. Targets are not needed. Prints one line of JSON per sample.

            Example:
              highmmt predict runs/open --task movement data/open/motions/test.safetensors
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Argument(help: "The samples: a safetensors file.")
    var input: String

    @Option(help: "The task.")
    var task: String

    @Option(help: ArgumentHelp("Samples per forward pass.", valueName: "n"))
    var batch = 64

    @Option(help: "stage1, stage2 or pruned. (default: stage2 if it exists, else stage1)")
    var stage: TrainingStage?

    @OptionGroup var runtime: RuntimeOptions

    func run() throws {
        guard batch > 0 else { throw ValidationError("--batch is \(batch); expected at least 1") }
        let device = try runtime.activate()
        let predictor = try Predictor(RunDirectory(runFolder), task: task, stage: stage, device: device)
        try predictor.predict(file: input, batch: batch, remark: { Terminal.write("note: \($0)\n") }) { prediction in
            print(String(decoding: try JSONFile.encode(prediction, layout: .compact), as: UTF8.self))
        }
    }
}
