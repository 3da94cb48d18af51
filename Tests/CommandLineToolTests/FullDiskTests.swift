import Foundation
import Testing

/// Results that cannot be written are an error of every command that prints some.
@Suite(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
struct FullDiskTests {
    private static let commands: [[String]] = [
        ["--help"], ["data", "list"], ["data", "list", "--json"], ["data", "inspect", "data/gaits"],
        ["data", "inspect", "data/gaits", "--json"], ["data", "validate", "data/gaits"], ["group", "m.csv"],
        ["group", "m.csv", "--json"], ["info", "run"], ["info", "run", "--json"],
        ["predict", "run", "data/gaits/test.safetensors", "--task", "gait"], ["evaluate", "run", "--data", "data"],
        ["evaluate", "run", "--data", "data", "--json"],
        ["evaluate", "run", "--data", "data", "--robustness", "--json"], ["report", "run"],
        ["train", "suite.yaml", "--data", "data", "--run", "other", "--json"],
    ]

    @Test func lostResultsAreAnError() throws {
        let workspace = try Workspace()
        let trained = try workspace.train()
        #expect(trained.status == 0, "\(trained.messages)")
        try workspace.write("0,1,2\n1,0,3\n2,3,0\n", to: "m.csv")
        for arguments in Self.commands {
            let lost = try Tool.run(arguments, in: workspace.root, output: "/dev/full")
            let story = "\(arguments.joined(separator: " ")): \(lost.status) \(lost.messages)"
            #expect(lost.status == 1, "\(story)")
            #expect(
                lost.lines.last?.hasPrefix("error: standard output: cannot be written completely") == true, "\(story)")
            if arguments[0] == "train" { continue }
            let kept = try Tool.run(arguments, in: workspace.root)
            #expect(kept.status == 0 && !kept.output.isEmpty, "\(story)")
        }
    }

    /// The limit of a file's size ends a process by a signal, unless it is ignored.
    @Test(
        .disabled(
            if: ProcessInfo.processInfo.environment["HIGHMMT_SANITIZER"] == "thread",
            "the runtime of the thread sanitizer maps a file of its own, which the limit cuts short"))
    func sizeLimitIsReported() throws {
        let workspace = try Workspace()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "ulimit -f 1; exec '\(Tool.path)' data list --json > list.json 2> messages.txt",
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.root)
        try process.run()
        process.waitUntilExit()
        let messages = String(decoding: try workspace.bytes("messages.txt"), as: UTF8.self)
        #expect(process.terminationReason == .exit && process.terminationStatus == 1, "\(messages)")
        #expect(messages.contains("standard output: cannot be written completely"), "\(messages)")
    }
}
