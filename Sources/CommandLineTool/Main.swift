import ArgumentParser
import Foundation
import Torch

/// Runs the command and turns any error into one line and an exit status.
@main
enum Main {
    static func main() {
        LibTorch.keepFreedMemory()
        StandardOutput.reportSizeLimit()
        var status: Int32 = 0
        do {
            var command = try HighMMTCommand.parseAsRoot()
            try command.run()
        } catch {
            status = ExitStatus.report(error)
        }
        do {
            try StandardOutput.finish()
        } catch {
            Terminal.write("error: \(error)\n")
            status = max(status, 1)
        }
        exit(status)
    }
}
