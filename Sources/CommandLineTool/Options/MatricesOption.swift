import ArgumentParser
import Heterogeneity
import Multimodal
import Training

/// The option of studies for the run whose matrices they read.
struct MatricesOption: ParsableArguments {
    @Option(help: ArgumentHelp("Run with the matrices. (default: runs/NAME, with the suite's name)", valueName: "dir"))
    var matrices: String?

    /// Returns the measurements of the run.
    func folder(of suite: Suite) -> HeterogeneityFolder {
        HeterogeneityFolder(run: matrices ?? "runs/\(suite.name)")
    }

    /// Returns one of the matrices.
    ///
    /// - Throws: `RunError` when it was not measured; `MatrixError` when it is invalid.
    func matrix(_ kind: HeterogeneityKind, of suite: Suite) throws -> HeterogeneityMatrix {
        let measured = folder(of: suite)
        guard let matrix = try measured.matrix(kind) else {
            let entries = kind == .modalities ? "streams" : "pairs"
            throw RunError(
                "\(measured.path): contains no matrix of \(entries); to measure it: highmmt heterogeneity SUITE --run DIR"
            )
        }
        return matrix
    }
}
