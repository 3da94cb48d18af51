import ArgumentParser
import Files
import Foundation
import Method
import Parallel
import Torch
import Training

/// The exit status: 0 for success and for work that was saved after an interruption, 1 for failed
/// work, 2 for a wrong command or input.
enum ExitStatus {
    /// The message and the exit status for an error.
    struct Verdict: Equatable {
        var status: Int32
        /// One line, or the help that was requested. `nil` prints nothing.
        var text: String?
        /// True for text that was requested and belongs on standard output.
        var isRequested = false
    }

    /// Returns the verdict on an error that a command threw.
    static func verdict(on error: any Error) -> Verdict {
        let parsed = HighMMTCommand.exitCode(for: error)
        if parsed == .success {
            return Verdict(status: 0, text: HighMMTCommand.fullMessage(for: error), isRequested: true)
        }
        if let interruption = error as? Interruption { return Verdict(status: 0, text: "\(interruption)") }
        if let exit = error as? ExitCode { return Verdict(status: exit.rawValue) }
        if parsed == .validationFailure {
            // The parser's message ends with the complete usage. A pointer to the help is enough.
            let hint = HighMMTCommand.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
            let place = hint.map { ". " + $0.trimmingCharacters(in: .whitespaces) } ?? ""
            return Verdict(status: 2, text: line("\(HighMMTCommand.message(for: error))\(place)"))
        }
        return Verdict(status: status(of: error), text: line("\(error)"))
    }

    /// Prints the message for an error and returns the exit status.
    static func report(_ error: any Error) -> Int32 {
        let verdict = verdict(on: error)
        if let text = verdict.text { if verdict.isRequested { print(text) } else { Terminal.write(text + "\n") } }
        return verdict.status
    }

    private static func line(_ text: String) -> String {
        "error: " + text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func status(of error: any Error) -> Int32 {
        switch error {
        case is TrainingError, is TorchError, is FolderInUse, is TeamError: 1
        case let error as FileError: error.kind == .system ? 1 : 2
        case is CocoaError, is POSIXError: 1
        default: 2
        }
    }
}
