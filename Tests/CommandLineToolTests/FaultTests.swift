import Foundation
import TestSupport
import Testing

/// The programs that `scripts/test-faults` needs.
private enum FaultTools {
    static let areInstalled: Bool = {
        #if os(Linux)
            return ["python3", "cc"].allSatisfy { tool in
                (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
                    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
            }
        #else
            return false
        #endif
    }()
}

/// A short version of `scripts/test-faults`: some failing calls and some kills of some commands.
@Suite(.enabled(if: FaultTools.areInstalled, "needs Linux, python3 and cc"))
struct FaultTests {
    private func campaign(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", "\(Fixtures.repository)/scripts/test-faults"] + arguments
            + ["--tool", Tool.path, "--state", folder.path("state")]
        let file = try folder.write("", to: "output")
        process.standardOutput = FileHandle(forWritingAtPath: file)
        process.standardError = FileHandle(forWritingAtPath: file)
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: try folder.bytes("output"), as: UTF8.self))
    }

    @Test(arguments: [("train", 37, 3), ("table", 10, 2), ("report", 6, 2)])
    func failingCallsLoseNothing(command: String, every: Int, start: Int) throws {
        let result = try campaign(["calls", "--only", command, "--every", "\(every)", "--start", "\(start)"])
        #expect(result.status == 0 && result.output.contains(" 0 problems"), "\(result.output)")
        // Some calls must have failed, or nothing is tested.
        #expect(!result.output.contains("\(command): 0 of"), "\(result.output)")
    }

    @Test(arguments: ["train", "heterogeneity"]) func killsLoseNothing(command: String) throws {
        let result = try campaign(["kills", "--only", command, "--count", "4"])
        #expect(result.status == 0 && result.output.contains(" 0 problems"), "\(result.output)")
    }
}
