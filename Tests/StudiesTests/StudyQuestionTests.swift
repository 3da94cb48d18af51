import Files
import Foundation
import Heterogeneity
import Multimodal
import TestSupport
import Testing
import Training

@testable import Studies

/// The folder of a study answers one question: finished runs are never those of other settings.
@Suite struct StudyQuestionTests {
    private let growing: GrowingSuite
    private let training: StudyTraining

    init() throws {
        growing = try GrowingSuite()
        training = growing.training("study")
    }

    private func matrices(_ distance: Double) throws -> MeasuredMatrices {
        let values = try SquareMatrix<Double>(rows: [[0, distance], [distance, 0]])
        return MeasuredMatrices(
            modalities: try HeterogeneityMatrix(names: ["kind/card", "kind/walk"], values: values), interactions: nil)
    }

    @Test func otherSettingsAreRefused() throws {
        try training.settle(growing.suite)
        let before = try growing.lines("study/study.yaml")
        try training.settle(growing.suite)
        var other = growing.suite
        other.training.epochs = 7
        #expect { try training.settle(other) } throws: {
            "\($0)".contains("study: contains a study of other settings: 'epochs: 1' there, 'epochs: 7' now")
        }
        #expect(try growing.lines("study/study.yaml") == before)
    }

    @Test func dataMayMove() throws {
        try training.settle(growing.suite)
        var moved = growing.suite
        for name in moved.datasets.keys { moved.datasets[name]?.path = "/elsewhere/\(name)" }
        try training.settle(moved)
    }

    @Test func otherMeasurementsAndNumbersOfGroupsAreRefused() throws {
        func grouping(_ distance: Double, encoderGroups: Int) throws -> StudyQuestion.Grouping {
            .init(
                HeterogeneityGrouping(try matrices(distance), encoderGroups: encoderGroups, crossmodalGroups: 1))
        }
        try training.settle(growing.suite, grouping(1, encoderGroups: 2))
        try training.settle(growing.suite, grouping(1, encoderGroups: 2))
        #expect { try training.settle(growing.suite, grouping(1, encoderGroups: 1)) } throws: {
            "\($0)".contains("'encoderGroups: 2' there, 'encoderGroups: 1' now")
        }
        #expect { try training.settle(growing.suite, grouping(2, encoderGroups: 2)) } throws: {
            "\($0)".contains("streams: crc32:")
        }
    }

    @Test func aFinishedRunIsNoAnswerToAnotherQuestion() throws {
        _ = try ScalingStudy(growing.suite, orders: 1, training: training).run()
        var longer = growing.suite
        longer.training.epochs = 2
        let before = try growing.lines("study/scaling.csv")
        #expect(throws: RunError.self) { try ScalingStudy(longer, orders: 1, training: training).run() }
        #expect(try growing.lines("study/scaling.csv") == before)
        // Without its question, nobody knows what a folder answers.
        try FileManager.default.removeItem(atPath: growing.folder.path("study/study.yaml"))
        #expect { try ScalingStudy(growing.suite, orders: 1, training: training).run() } throws: {
            "\($0)".contains("a run of a study that kept no study.yaml")
        }
    }
}
