import ArgumentParser
import Torch
import Training

struct VerifyReferenceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "verify-reference", abstract: "x")
    @Argument var folder: String
    func run() throws {
        let v = try ReferenceVerification(ReferenceCase(folder: folder))
        for c in v.comparisons { print(c.kind, c.compared, c.largestError, c.at, c.passes) }
        if !v.passes { throw ExitCode(1) }
    }
}
