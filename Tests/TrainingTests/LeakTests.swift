import Files
import Foundation
import HighMMT
import Multimodal
import Testing
import Torch

@testable import Training

#if os(Linux)
    /// Memory does not grow. Each test runs in a process of its own, in which nothing else happens.
    @Suite(
        .disabled(
            if: ProcessInfo.processInfo.environment["HIGHMMT_SANITIZER"] != nil, "sanitizers keep memory that was freed"
        )
    ) struct LeakTests {
        /// The growth that counts as noise of the allocator. Two tensors of 8 kB leaked in 100
        /// operations add up to more.
        static let noise = 4 << 20

        /// The number of repetitions: all with `HIGHMMT_LONG=1`, else a tenth.
        static func count(_ all: Int) -> Int {
            ProcessInfo.processInfo.environment["HIGHMMT_LONG"] == "1" ? all : all / 10
        }

        /// Runs `body` once to allocate what is kept, and ends the process with an error if memory
        /// grows when it runs again.
        static func checkGrowth(_ body: () throws -> Void) throws {
            try body()
            let before = ResidentMemory.anonymous ?? 0
            try body()
            let growth = (ResidentMemory.anonymous ?? .max) - before
            guard growth < noise else {
                FileHandle.standardError.write(Data("memory grew by \(growth) bytes\n".utf8))
                exit(1)
            }
        }

        @Test func aMillionOperationsLeakNothing() async {
            await #expect(processExitsWith: .success) {
                let values = try Tensor(Array(repeating: Float(0.5), count: 2048), shape: [32, 64])
                try LeakTests.checkGrowth {
                    for _ in 0..<LeakTests.count(100_000) {
                        let sum = try (values * 2 + values).transposed(0, 1).matmul(values)
                        _ = try sum.sum()
                    }
                }
            }
        }

        @Test func failingOperationsLeakNothing() async {
            await #expect(processExitsWith: .success) {
                let (a, b) = (try Tensor.zeros([32, 64]), try Tensor.zeros([32, 64]))
                try LeakTests.checkGrowth { for _ in 0..<LeakTests.count(20_000) { _ = try? a.matmul(b) } }
            }
        }

        @Test func aThousandStepsLeakNothing() async {
            await #expect(processExitsWith: .success) {
                let synthetic = try SyntheticSuite()
                let run = try synthetic.run("run")
                let losses = run.tasks.compactMap { task in
                    run.objectives[task.name].map { TaskLoss(task.name, weight: 1, objective: $0) }
                }
                let step = TrainingStep(
                    run.model, losses: losses,
                    optimiser: try Adam(run.model.parameters, settings: .init(learningRate: 1e-4)))
                let readers = run.tasks.map { ($0.name, BatchReader($0, split: .train)) }
                try LeakTests.checkGrowth {
                    for done in 0..<LeakTests.count(1000) {
                        let batches = try readers.map { ($0, try $1.batch([done % 10, (done + 3) % 10])) }
                        let inputs = try batches.map { ($0, try TaskInput($1, device: .cpu)) }
                        _ = try step(
                            StepInput(
                                Dictionary(uniqueKeysWithValues: inputs),
                                targets: Dictionary(uniqueKeysWithValues: batches.map { ($0, $1.target) })), done: done)
                    }
                }
            }
        }
    }
#endif

/// Models of several threads do not disturb each other.
@Suite struct TwoThreadTests {
    private final class Failure: @unchecked Sendable {
        private let lock = NSLock()
        private var text: String?
        func set(_ error: any Error) { lock.withLock { text = "\(error)" } }
        var value: String? { lock.withLock { text } }
    }

    @Test func twoTrainingsAtOnceGiveTheBytesOfEachAlone() throws {
        let seeds = [11, 12]
        nonisolated(unsafe) let synthetic = try SyntheticSuite()
        for seed in seeds { try synthetic.train("alone\(seed)", ["seed=\(seed)"]) }
        let failure = Failure()
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            do {
                try synthetic.train("both\(seeds[index])", ["seed=\(seeds[index])"])
            } catch {
                failure.set(error)
            }
        }
        #expect(failure.value == nil)
        for seed in seeds {
            try expectSame(synthetic.files("alone\(seed)"), synthetic.files("both\(seed)"))
        }
    }
}
