import ArgumentParser
import Foundation
import Method
import Torch
import Training

/// 0 done, 1 the work failed, 2 the command or its input was wrong.
enum ExitStatus {
    /// What is to be said of something that a command threw, and the status to exit with.
    struct Verdict: Equatable {
        var status: Int32
        /// One line, but for help that was asked for; nothing when all has been said.
        var text: String?
    }

    /// Judges what a command threw.
    static func verdict(on error: any Error) -> Verdict {
        let parsed = HighMMTCommand.exitCode(for: error)
        if parsed == .success { return Verdict(status: 0, text: HighMMTCommand.fullMessage(for: error)) }
        if let exit = error as? ExitCode { return Verdict(status: exit.rawValue) }
        if parsed == .validationFailure {
            // The parser's message ends with the whole usage; where to find that is enough.
            let hint = HighMMTCommand.fullMessage(for: error).split(separator: "\n").last { $0.contains("--help'") }
            let place = hint.map { ". " + $0.trimmingCharacters(in: .whitespaces) } ?? ""
            return Verdict(status: 2, text: line("\(HighMMTCommand.message(for: error))\(place)"))
        }
        return Verdict(status: status(of: error), text: line("\(error)"))
    }

    /// Prints what a command threw, and returns the status to exit with.
    static func report(_ error: any Error) -> Int32 {
        let verdict = verdict(on: error)
        if let text = verdict.text { if verdict.status == 0 { print(text) } else { Terminal.write(text + "\n") } }
        return verdict.status
    }

    private static func line(_ text: String) -> String {
        "error: " + text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func status(of error: any Error) -> Int32 {
        switch error {
        case is TrainingError, is Interruption, is TorchError: 1
        case is CocoaError, is POSIXError: 1
        default: 2
        }
    }
}
