import Foundation
import Multimodal
import TestSupport
import Testing
import Training

@testable import Studies

/// Studies that go on from what `scripts/keep-study` copies: scores and times without models.
@Suite struct KeptStudyTests {
    private let growing: GrowingSuite

    init() throws { growing = try GrowingSuite() }

    /// Copies what is kept of a study and returns the trainings that go on from it.
    private func kept(_ study: String) throws -> StudyTraining {
        let process = Process()
        process.executableURL = URL(filePath: "\(Fixtures.repository)/scripts/keep-study")
        process.arguments = [growing.folder.path(study), growing.folder.path("kept")]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var training = growing.training("kept")
        // A training that is repeated would be announced.
        training.saying = { Issue.record("\($0) is trained again") }
        return training
    }

    /// No file of a model is copied, and none is made.
    private func expectNoModels() throws {
        let files = try #require(FileManager.default.enumerator(atPath: growing.folder.path("kept")))
        let names = files.compactMap { $0 as? String }
        #expect(names.contains { $0.hasSuffix("result.json") } && names.contains("study.yaml"))
        #expect(!names.contains { $0.hasSuffix(".safetensors") })
    }

    @Test func transferNeedsNoSourcesOfFinishedTrials() throws {
        func study(_ training: StudyTraining) -> TransferStudy {
            TransferStudy(growing.suite, tasks: ["kind"], labels: [0.5, 1], seeds: 1, training: training)
        }
        let first = try study(growing.training("study")).run()
        #expect(try study(kept("study")).run().table == first.table)
        try expectNoModels()
    }

    @Test func tradeoffNeedsNoModels() throws {
        let arms = [ModelMethod.highmmt, .lateFusion, .unimodal].map { TradeoffArm($0, width: 8) }
        func study(_ training: StudyTraining) -> TradeoffStudy {
            TradeoffStudy(growing.suite, arms: arms, seeds: 1, training: training)
        }
        let first = try study(growing.training("study")).run()
        #expect(try study(kept("study")).run().table == first.table)
        try expectNoModels()
    }

    @Test func scalingNeedsNoModels() throws {
        func study(_ training: StudyTraining) -> ScalingStudy {
            ScalingStudy(growing.suite, orders: 1, training: training)
        }
        let first = try study(growing.training("study")).run()
        let second = try study(kept("study")).run()
        #expect(second.map(\.orders.count) == first.map(\.orders.count))
        #expect(try growing.lines("kept/scaling.csv") == growing.lines("study/scaling.csv"))
        try expectNoModels()
    }
}
