import Multimodal
import TestSupport
import Testing

@testable import Training

@Suite struct MemberScoreTests {
    /// Six test samples of three persons, one of which has no label.
    private func task(_ folder: TemporaryFolder) throws -> OpenedTask {
        let description = DatasetDescription(
            name: "d", modalities: ["a": ModalityDescription(kind: .table, axes: [1], channels: 1)],
            targets: ["kind": .classification(["x", "y"])],
            groups: [
                "person": GroupDescription(disjoint: false, members: ["a", "b", "c", "d", "e", "f"]),
                "place": GroupDescription(disjoint: false),
            ])
        _ = try DatasetWriter(
            description, layouts: [:], optionalTargets: ["kind"], rows: [.train: 2, .valid: 2, .test: 6],
            folder: folder.path("d")
        ).write { _, row in
            Sample(
                inputs: ["a": [0]], targets: row == 1 ? [:] : ["kind": [Double(row % 2)]],
                groups: ["person": [7, 7, 2, 2, 7, 5][row], "place": 0])
        }
        let suite = try Multimodal.Suite(
            yaml: "{name: s, datasets: {d: {path: d}}, tasks: {t: {dataset: d, target: kind, metrics: [accuracy]}}}",
            file: folder.path("s.yaml"))
        return try #require(suite.open(dataRoot: folder.path).first)
    }

    @Test func samplesAreScoredByMember() throws {
        let folder = try TemporaryFolder()
        let task = try task(folder)
        var predictions = Predictions(task.target)
        // The answers for rows 0, 2, 3, 4 and 5, whose classes are 0, 0, 1, 0 and 1.
        for (answer, truth) in [(0, 0), (1, 0), (1, 1), (0, 0), (0, 1)] {
            predictions.add(
                outputs: [answer == 0 ? 1 : 0, answer == 1 ? 1 : 0], width: 2, truths: [Float(truth)], truthWidth: 1)
        }
        let groups = try #require(try MemberScore.groups(of: task, on: .test, predictions))
        // A group with one member says nothing.
        #expect(Array(groups.keys) == ["person"])
        #expect(
            groups["person"] == [
                MemberScore(member: 2, name: "c", samples: 2, score: 0.5),
                MemberScore(member: 5, name: "f", samples: 1, score: 0),
                MemberScore(member: 7, samples: 2, score: 1),
            ])
    }

    @Test func labelsAreCounted() throws {
        let target = TargetDescription.multilabel(["p", "q"])
        var predictions = Predictions(target)
        predictions.add(
            outputs: [1, -1, 1, 1, -1, -1], width: 2, truths: [1, 0, 0, 1, 1, 0], truthWidth: 2)
        #expect(RunDetails.Task(predictions).labels == [[1, 1, 1], [1, 0, 0]])
    }
}
