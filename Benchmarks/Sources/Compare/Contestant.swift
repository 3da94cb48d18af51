import Foundation

/// A program that answers each of `step N`, `infer N`, `define NAME {…}`, `peak` and `quit` with one
/// line of JSON.
final class Contestant {
    /// One line of output; the fields depend on the command.
    struct Answer: Decodable {
        var ms: Double?
        var bytes: Int?
        var error: String?
        var event: String?
        var passed: Bool?
    }

    let name: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()

    /// Starts the program and waits until it is ready.
    init(_ name: String, command: [String], environment: [String: String] = [:]) throws {
        self.name = name
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // A peer first reports how well it reproduces reference values. The first line without such
        // a report says that it is ready.
        while let passed = try nextAnswer().passed {
            guard passed else { throw Failure("\(name) does not reproduce the reference values") }
        }
    }

    func ask(_ command: String) throws -> Answer {
        input.fileHandleForWriting.write(Data((command + "\n").utf8))
        let answer = try nextAnswer()
        if let error = answer.error { throw Failure("\(name): \(error)") }
        return answer
    }

    func quit() {
        input.fileHandleForWriting.write(Data("quit\n".utf8))
        process.waitUntilExit()
    }

    private func nextAnswer() throws -> Answer {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[..<end]
                buffer = Data(buffer[buffer.index(after: end)...])
                return try JSONDecoder().decode(Answer.self, from: line)
            }
            let more = output.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Failure("\(name) exited before it answered") }
            buffer += more
        }
    }
}

/// An error that prevents the measurement.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
