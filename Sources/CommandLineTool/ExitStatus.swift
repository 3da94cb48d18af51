import ArgumentParser
import Foundation
import Torch
import Training

/// 0 done, 1 the work failed, 2 the command or its input was wrong.
enum ExitStatus {
    /// Prints what a command threw, and returns the status to exit with.
    static func report(_ error: any Error) -> Int32 {
        let parsed = HighMMTCommand.exitCode(for: error)
        if parsed == .success {
            print(HighMMTCommand.fullMessage(for: error))
            return 0
        }
        if let exit = error as? ExitCode { return exit.rawValue }
        if parsed == .validationFailure {
            write(HighMMTCommand.fullMessage(for: error))
            return 2
        }
        write("error: \(error)".split(separator: "\n").joined(separator: " "))
        return status(of: error)
    }

    private static func status(of error: any Error) -> Int32 {
        switch error {
        case is TrainingError, is Interruption: 1
        case let error as TorchError: ["device", "threads"].contains(error.operation) ? 2 : 1
        case is CocoaError, is POSIXError: 1
        default: 2
        }
    }

    private static func write(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

/// Work that stopped because it was asked to.
struct Interruption: Error, CustomStringConvertible {
    let description: String
}
