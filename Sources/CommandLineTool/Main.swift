import ArgumentParser
import Foundation
import Torch

/// Runs the command and turns any error into one line and an exit status.
@main
enum Main {
    static func main() {
        LibTorch.keepFreedMemory()
        do {
            var command = try HighMMTCommand.parseAsRoot()
            try command.run()
        } catch {
            exit(ExitStatus.report(error))
        }
    }
}
