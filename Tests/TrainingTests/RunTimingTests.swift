import Foundation
import Testing

@testable import Training

@Suite struct RunTimingTests {
    @Test func everyEpochThatWasNotStoppedIsTimed() throws {
        let synthetic = try SyntheticSuite()
        var remaining = 8
        try synthetic.train("run") {
            remaining -= 1
            return remaining < 0
        }
        func epochs() throws -> [Int] {
            let timing = try #require(RunTiming(path: synthetic.directory("run").timingPath))
            return try #require(timing.stages[.first]).seconds.keys.sorted()
        }
        #expect(try epochs() == [1])
        let timing = try #require(RunTiming(path: synthetic.directory("run").timingPath))
        // LibTorch alone needs more than 50 MB, and no test machine has 1 TB.
        #expect((50_000_000..<1_000_000_000_000).contains(try #require(timing.stages[.first]?.peakMemory)))
        // The second epoch was interrupted, so no process knows its duration.
        try synthetic.train("run")
        #expect(try epochs() == [1, 3])
    }

    @Test func theMedianIsShown() {
        var stage = RunTiming.Stage(device: "cpu", threads: 2)
        #expect(stage.secondsPerEpoch == nil)
        stage.seconds = [1: 9, 2: 1, 3: 2]
        #expect(stage.secondsPerEpoch == 2)
        stage.seconds[4] = 3
        #expect(stage.secondsPerEpoch == 2.5)
    }

    /// In the second epoch the run was stopped.
    @Test func stoppedEpochsCountAsTheMedian() {
        var stage = RunTiming.Stage(device: "cpu", threads: 2)
        #expect(stage.totalSeconds == nil)
        stage.seconds = [1: 4, 3: 6, 4: 5]
        #expect(stage.totalSeconds == 20)
    }

    @Test func aDamagedFileIsNoReasonToStop() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run", ["training.epochs=1"])
        let path = synthetic.directory("run").timingPath
        try Data("half".utf8).write(to: URL(fileURLWithPath: path))
        #expect(RunTiming(path: path) == nil)
        try synthetic.train("run", ["training.epochs=2"])
        #expect(RunTiming(path: path)?.stages[.first]?.seconds.keys.sorted() == [2])
    }
}
