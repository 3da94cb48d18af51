import ArgumentParser
import HighMMT
import Torch
import Training

/// `highmmt verify-reference`: compares the model with values from the public implementation.
struct VerifyReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-reference",
        abstract: "Compare the model with reference values from the public implementation.",
        discussion: """
            DIR has case.json, and weights, inputs, targets, outputs and gradients as safetensors files. Compares \
            logits, latents, losses, every gradient and ten Adam steps. The exit status is 1 when an error exceeds its \
            tolerance.

            Example:
              highmmt verify-reference Tests/TrainingTests/Fixtures/reference-case
            """)

    @Argument(help: ArgumentHelp("Folder of the reference case.", valueName: "dir"))
    var folder: String

    @Option(help: "automatic (fused blocks where available) or composed (LibTorch operations).")
    var arithmetic: Arithmetic = .automatic

    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let device = try runtime.activate()
        let verification = try ReferenceVerification(
            ReferenceCase(folder: folder), device: device, arithmetic: arithmetic)
        if json {
            try JSONOutput.print(verification)
        } else {
            print(ReferenceVerificationText(verification).text)
        }
        if !verification.passes { throw ExitCode(1) }
    }
}
