import Files
import Foundation
import Torch

/// Runs the command and turns any error into one line and an exit status.
@main
enum Main {
    static func main() {
        LibTorch.keepFreedMemory()
        StandardOutput.reportSizeLimit()
        do {
            try FileMemory.check()
            exit(TeamRun.run(in: try TeamRun.join()))
        } catch {
            exit(ExitStatus.report(error))
        }
    }
}
