import ArgumentParser
import Files
import Foundation
import Training

/// `highmmt predict`: what a trained model says of new samples.
struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Predict a task for new samples.",
        discussion: """
            INPUT is a safetensors file with a tensor per modality, (samples, axes…, channels) float32, scaled as the training \
            data were, and where needed mask/MODALITY and present/MODALITY. Targets are not needed. Prints a line of JSON \
            per sample.

            Example:
              highmmt predict runs/open --task motions data/motions/test.safetensors
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Argument(help: "Samples: a safetensors file.")
    var input: String

    @Option(help: "The task.")
    var task: String

    @Option(help: ArgumentHelp("Samples at once.", valueName: "n"))
    var batch = 64

    @Option(help: "stage1, stage2 or pruned. (default: stage2 where there is one, else stage1)")
    var stage: TrainingStage?

    @OptionGroup var runtime: RuntimeOptions

    func run() throws {
        guard batch > 0 else { throw ValidationError("--batch is \(batch); expected at least 1") }
        let device = try runtime.activate()
        let predictor = try Predictor(RunDirectory(runFolder), task: task, stage: stage, device: device)
        try predictor.predict(file: input, batch: batch) { prediction in
            print(String(decoding: try JSONFile.encode(prediction, layout: .compact), as: UTF8.self))
        }
    }
}
