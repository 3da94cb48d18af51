import Foundation

/// The built command-line tool, run as users run it.
enum Tool {
    /// The result of one command.
    struct Result {
        var status: Int32
        var output: String
        var messages: String

        /// The lines on standard error.
        var lines: [Substring] { messages.split(separator: "\n") }
    }

    /// The path of the tool: beside the test executable, or in the folder of the debug build.
    static let path: String = {
        let beside = URL(fileURLWithPath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
            .appendingPathComponent("highmmt").path
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        return URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../.build/debug/highmmt").standardizedFileURL.path
    }()

    /// Runs a command in a folder until it ends.
    ///
    /// - Parameters:
    ///   - launcher: A program with its arguments that starts the tool; empty starts it directly.
    ///   - file: A file that receives standard output; `nil` collects it in the result.
    ///   - whileRunning: Receives the text on standard error so far, whenever there is more.
    /// - Throws: The error of `Process` when the tool cannot be started.
    static func run(
        _ arguments: [String], in folder: String, environment: [String: String] = [:], launcher: [String] = [],
        output file: String? = nil,
        whileRunning: @escaping @Sendable (Process, String) -> Void = { _, _ in }
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: launcher.isEmpty ? path : "/usr/bin/env")
        process.arguments = launcher.isEmpty ? arguments : launcher + [path] + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var variables = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("HIGHMMT_") }
        variables["OMP_NUM_THREADS"] = "1"
        process.environment = variables.merging(environment) { $1 }
        let (output, messages) = (Pipe(), Pipe())
        let destination = file.flatMap { FileHandle(forWritingAtPath: $0) }
        process.standardOutput = destination ?? output
        process.standardError = messages
        process.standardInput = FileHandle.nullDevice
        try process.run()
        if destination != nil { try output.fileHandleForWriting.close() }
        let printed = Collected(output.fileHandleForReading)
        var text = ""
        while case let bytes = available(messages.fileHandleForReading), !bytes.isEmpty {
            text += String(decoding: bytes, as: UTF8.self)
            whileRunning(process, text)
        }
        process.waitUntilExit()
        return Result(
            status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
            output: printed.text, messages: text)
    }

    /// Returns the next bytes of a pipe, which are empty at its end.
    ///
    /// `FileHandle` traps when a signal interrupts its read, as when a child process ends.
    fileprivate static func available(_ handle: FileHandle) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(handle.fileDescriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            return Array(bytes.prefix(max(0, count)))
        }
    }

    /// Reads a pipe to its end on a separate thread, so that neither pipe fills up.
    private final class Collected: @unchecked Sendable {
        private let done = DispatchSemaphore(value: 0)
        private var data = Data()

        init(_ handle: FileHandle) {
            Thread.detachNewThread { [self] in
                while case let bytes = Tool.available(handle), !bytes.isEmpty { data.append(contentsOf: bytes) }
                done.signal()
            }
        }

        var text: String {
            done.wait()
            defer { done.signal() }
            return String(decoding: data, as: UTF8.self)
        }
    }
}
