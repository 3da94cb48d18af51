import Foundation
import Testing

/// Two processes on one folder: the second one is refused, and readers are not.
@Suite struct RunLockTests {
    private static let long = ["train", "suite.yaml", "training.epochs=100000", "--data", "data", "--run", "run"]

    /// Collects what other commands said while one was training.
    private final class Others: @unchecked Sendable {
        var results: [[String]: Tool.Result] = [:]
    }

    @Test func aSecondWriterIsRefused() throws {
        let workspace = try Workspace()
        let root = workspace.root
        let writers: [[String]] = [
            ["train", "suite.yaml", "--data", "data", "--run", "run"],
            ["run", "suite.yaml", "--data", "data", "--run", "run"],
            ["finetune", "run", "--data", "data"],
            ["heterogeneity", "suite.yaml", "--data", "data", "--run", "run"],
            ["study", "sharing", "suite.yaml", "--data", "data", "--run", "run", "--matrices", "matrices"],
            ["study", "estimators", "suite.yaml", "--data", "data", "--run", "run"],
            ["study", "synthetic", "--run", "run"], ["study", "kinship", "--run", "run"],
        ]
        let readers: [[String]] = [
            ["evaluate", "run", "--data", "data"], ["report", "run"], ["info", "run"],
            ["predict", "run", "data/gaits/test.safetensors", "--task", "gait"],
        ]
        try workspace.write(
            #"{"names": ["a", "b"], "values": [[0, 1], [1, 0]]}"#, to: "matrices/heterogeneity/modalities.json")
        let others = Others()
        let first = try Tool.run(Self.long, in: root) { process, text in
            guard others.results.isEmpty, text.contains("epoch 1/") else { return }
            for command in writers + readers { others.results[command] = try? Tool.run(command, in: root) }
            others.results[["owner"]] = Tool.Result(status: process.processIdentifier, output: "", messages: "")
            process.interrupt()
        }
        #expect(first.status == 0 && first.messages.contains("interrupted in epoch"), "\(first.messages)")
        let owner = try #require(others.results[["owner"]]?.status)
        for command in writers {
            let result = try #require(others.results[command])
            #expect(result.status == 1 && result.output.isEmpty, "\(command): \(result.messages)")
            let last = try #require(result.lines.last)
            #expect(
                last.hasPrefix("error: run: is in use by process \(owner) on host "), "\(command): \(result.messages)")
        }
        for command in readers {
            let result = try #require(others.results[command])
            #expect(result.status == 0, "\(command): \(result.messages)")
        }
        #expect(!FileManager.default.fileExists(atPath: workspace.path("run/.lock")))
    }

    /// The lock ends with its owner, however that ends.
    @Test func aKilledProcessHoldsNoLock() throws {
        let workspace = try Workspace()
        let killed = try Tool.run(Self.long, in: workspace.root) { process, text in
            if text.contains("epoch 1/") { kill(process.processIdentifier, SIGKILL) }
        }
        #expect(killed.status == -SIGKILL)
        #expect(FileManager.default.fileExists(atPath: workspace.path("run/.lock")))
        let once = Once()
        let next = try Tool.run(Self.long, in: workspace.root) { process, text in
            if text.contains("epoch "), once.isFirst { process.terminate() }
        }
        #expect(next.status == 0 && next.messages.contains("continuing after epoch"), "\(next.messages)")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("run/.lock")))
    }

    /// A second signal ends the process at once. Nothing is lost: the next command continues.
    @Test(arguments: [SIGINT, SIGTERM]) func aSecondSignalLeavesAtOnce(number: Int32) throws {
        let workspace = try Workspace()
        let (first, second) = (Once(), Once())
        let left = try Tool.run(Self.long, in: workspace.root) { process, text in
            guard text.contains("epoch 2/"), first.isFirst else { return }
            // Stopped meanwhile, the process cannot end by the first signal alone.
            kill(process.processIdentifier, number)
            usleep(2000)
            kill(process.processIdentifier, number)
        }
        #expect([0, 1].contains(left.status), "\(left.messages)")
        let next = try Tool.run(Self.long, in: workspace.root) { process, text in
            if text.contains("epoch "), second.isFirst { process.interrupt() }
        }
        #expect(next.status == 0 && next.messages.contains("continuing after epoch"), "\(next.messages)")
    }
}
