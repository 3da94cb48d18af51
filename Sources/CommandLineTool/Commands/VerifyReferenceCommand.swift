import ArgumentParser
import HighMMT
import Torch
import Training

/// `highmmt verify-reference`: compares the model with values of another implementation.
struct VerifyReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-reference",
        abstract: "Compare the model with reference values of the public implementation.",
        discussion: """
            DIR holds case.json and weights, inputs, targets, outputs and gradients as safetensors. Logits, latents, losses, \
            every gradient and ten Adam steps are compared; the exit status is 1 when an error is too large.

            Example:
              highmmt verify-reference Tests/TrainingTests/Fixtures/small-case
            """)

    @Argument(help: ArgumentHelp("Folder of a case.", valueName: "dir"))
    var folder: String

    @Option(help: "automatic (fused blocks where there are) or composed (LibTorch's operations).")
    var arithmetic: Arithmetic = .automatic

    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON for machines.")
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
