import Foundation
import Heterogeneity
import Method
import Testing
import Training

/// Parallel tests share LibTorch's number of threads, on which the last digits depend. Equal bytes
/// are therefore tested by the tests of the command-line tool, whose processes run alone.
@Suite("The method as a library")
struct WholeMethodTests {
    /// Records the events of all threads, as one line each.
    private final class Story: @unchecked Sendable {
        private let lock = NSLock()
        private var told: [String] = []

        var lines: [String] { lock.withLock { told } }

        @Sendable func hear(_ event: MethodEvent) {
            let line: String? =
                switch event {
                case .began(let step): "\(step)"
                case .opened(let run): "opened \(run.stage.name.rawValue)"
                case .training(.finished(let stage, _, _)): "trained \(stage.rawValue)"
                case .training, .measuring, .measuredPart: nil
                case .measures(let kind, let entries, let pairs, _): "\(kind.rawValue) \(entries) \(pairs)"
                case .measured(let kind, let matrices): "measured \(kind.rawValue) \(matrices.normalised.count)"
                case .diagnosed(let diagnoses): "diagnosed \(diagnoses.count)"
                case .grouped(let groups): "grouped \(groups.encoders.joined().count)"
                case .leftOut: "left out"
                }
            if let line { lock.withLock { told.append(line) } }
        }
    }

    private func method(_ small: SmallSuite, _ name: String) throws -> WholeMethod {
        WholeMethod(
            suite: try small.suite(), dataRoot: small.dataRoot, run: RunDirectory(small.path(name)),
            measurement: MeasurementOptions(budget: TransferBudget(epochs: 8, seeds: 1, samples: 128), workers: 2),
            prunesPairs: true)
    }

    @Test("every step is reported in order, and a second run trains nothing")
    func tells() throws {
        let small = try SmallSuite()
        let story = Story()
        let outcome = try method(small, "run").perform(observer: story.hear)
        #expect(outcome.stages.keys.sorted { $0.rawValue < $1.rawValue } == [.pruned, .first, .second])
        #expect(outcome.leftOut?.isEmpty == false && outcome.speed != nil)
        #expect(
            story.lines == [
                "data(datasets: 1, tasks: 1)", "stage1", "opened stage1", "trained stage1",
                "heterogeneity(Heterogeneity.HeterogeneityKind.modalities)", "modalities 3 3", "measured modalities 3",
                "heterogeneity(Heterogeneity.HeterogeneityKind.interactions)", "interactions 3 3",
                "measured interactions 3", "diagnosed 3", "groups", "grouped 3", "stage2", "opened stage2",
                "trained stage2", "pruned", "left out", "opened pruned", "trained pruned", "speed",
            ])
        let before = try small.files("run")
        let again = try method(small, "run").perform()
        #expect(again == outcome)
        #expect(try small.files("run") == before)
    }

    @Test("other groups or another optimiser than those of stage 2 are refused, and nothing is written")
    func refusesOtherStages2() throws {
        let small = try SmallSuite()
        var whole = try method(small, "run")
        _ = try whole.perform()
        let before = try small.files("run")
        let groups = try SharingGroups(file: whole.run.groupsPath).encoders.count
        whole.grouping = GroupChoice(encoderGroups: groups == 2 ? 3 : 2)
        #expect { try whole.perform() } throws: { "\($0)".contains("run/stage2: contains a model with other groups") }
        #expect(try small.files("run") == before)
        (whole.grouping, whole.suite.training.stage2.learningRate) = (GroupChoice(), 0.004)
        #expect { try whole.perform() } throws: {
            "\($0)".contains("run/stage2: was trained with training.stage2.learning_rate=0.003")
        }
        #expect(try small.files("run") == before)
        // More epochs of stage 2 extend it.
        (whole.suite.training.stage2.learningRate, whole.suite.training.stage2.epochs) = (0.003, 3)
        #expect(try whole.perform().stages[.second] != nil)
    }

    @Test("pairs are diagnosed by the samples that have both modalities")
    func gaps() throws {
        let small = try SmallSuite(hasGaps: true)
        let outcome = try method(small, "run").perform()
        #expect(outcome.stages[.second] != nil)
        let diagnoses = try HeterogeneityFolder(run: small.path("run")).diagnoses()
        #expect(diagnoses.map(\.pair) == ["kind/a+b", "kind/a+c", "kind/b+c"])
        #expect(diagnoses.allSatisfy { $0.both > 0.3 && $0.gainStandardError > 0 })
    }

    @Test("the data are opened once, so the files may be deleted afterwards")
    func opensOnce() throws {
        let small = try SmallSuite()
        let data = small.dataRoot
        let outcome = try method(small, "run").perform { event in
            if case .opened = event { try? FileManager.default.removeItem(atPath: data) }
        }
        #expect(!FileManager.default.fileExists(atPath: data))
        #expect(outcome.stages.count == 3)
    }

    @Test("the method stops between and within steps, and resumes to the same files")
    func stops() throws {
        final class Switch: @unchecked Sendable {
            private let lock = NSLock()
            private var on = false

            var isOn: Bool {
                get { lock.withLock { on } }
                set { lock.withLock { on = newValue } }
            }
        }
        let small = try SmallSuite()
        _ = try method(small, "whole").perform()
        var interruptions: [String] = []
        for step in 0..<4 {
            let stop = Switch()
            do {
                _ = try method(small, "stopped").perform(
                    observer: { event in
                        switch (step, event) {
                        case (0, .began(.data)), (1, .training(.stepped)), (2, .measuring), (3, .began(.stage2)):
                            stop.isOn = true
                        default: break
                        }
                    }, shouldStop: { stop.isOn })
                Issue.record("step \(step) was not stopped")
            } catch let interruption as Interruption {
                interruptions.append("\(interruption)".components(separatedBy: " in ").first ?? "")
            }
        }
        #expect(
            interruptions == [
                "interrupted; all finished steps are kept", "interrupted", "interrupted; finished trainings are kept",
                "interrupted",
            ])
        _ = try method(small, "stopped").perform()
        #expect(try small.files("stopped").keys.sorted() == small.files("whole").keys.sorted())
    }

    @Test("existing groups are used unless a choice is given")
    func groupChoice() throws {
        let small = try SmallSuite()
        let run = RunDirectory(small.path("run"))
        #expect { try GroupChoice().groups(from: run) } throws: { "\($0)".contains("neither groups.json nor matrices") }
        let folder = HeterogeneityFolder(run: run.path)
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        var values = SquareMatrix(count: 3, repeating: 1.0)
        for index in 0..<3 { values[index, index] = 0 }
        try HeterogeneityMatrix(names: ["kind/a", "kind/b", "kind/c"], values: values)
            .write(to: URL(fileURLWithPath: folder.matrixPath(.modalities)))
        func count(_ choice: GroupChoice) throws -> Int {
            let groups = try choice.groups(from: run)
            try choice.keep(groups, in: run)
            return groups.encoders.count
        }
        #expect(try count(GroupChoice(encoderGroups: 2)) == 2)
        #expect(try count(GroupChoice()) == 2)
        #expect(try count(GroupChoice(encoderGroups: 3)) == 3)
    }
}
