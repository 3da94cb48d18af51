import ArgumentParser
import Reporting
import Training

/// `highmmt export`: writes the model of a run for PyTorch.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the model of a run for PyTorch.",
        discussion: """
            The folder has model.safetensors, config.json, for a scored run the model card README.md, and model.py, which depends on torch and safetensors alone. \
            In that folder, HighMMT.from_folder(".") of model.py is a torch.nn.Module with the same predictions, and \
            TaskModel(model, "task") is one task for torch.export and torch.onnx.export. A folder of an earlier export \
            is replaced.

            Examples:
              highmmt export runs/open --to open-model
              highmmt export runs/open --stage stage1 --to shared-model
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Option(help: ArgumentHelp("Folder to write.", valueName: "dir"))
    var to: String

    @Option(help: "stage1, stage2 or pruned. (default: stage2 if it exists, else stage1)")
    var stage: TrainingStage?

    func run() throws {
        let export = try ModelExport(RunDirectory(runFolder), stage: stage)
        let program = "python/highmmt/model.py"
        try export.write(
            to: to, program: "\(ProjectFolder.path(containing: program))/\(program)",
            card: ModelCard.ifScored(run: runFolder, stage: export.stage.rawValue)?.text)
        print("\(to): \(export.stage.rawValue), \(export.parameters) parameters")
    }
}
