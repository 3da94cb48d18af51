import Foundation
import Numerics
import TestSupport
import Testing
import Torch

@testable import Multimodal
@testable import Studies

@Suite("Floors of boosted trees and nearest neighbours, by scikit-learn")
struct FloorPythonTests {
    private static let home = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL.path
    private static let python = FloorPython.find(home: home)

    /// The reason for which scikit-learn cannot be used, or `nil` when it can.
    private static var gap: String? {
        if case .missing(let reason) = python { reason } else { nil }
    }

    /// A task with two modalities of one number each, uniform in −1 … 1.
    private struct World {
        let folder: TemporaryFolder
        let task: OpenedTask

        init(target: TargetDescription, _ truth: (Double, Double) -> [Double]) throws {
            folder = try TemporaryFolder()
            let modality = ModalityDescription(kind: .table, axes: [1], channels: 1)
            let description = DatasetDescription(
                name: "world", modalities: ["left": modality, "right": modality], targets: ["truth": target])
            let rows: [Split: Int] = [.train: 600, .valid: 200, .test: 300]
            _ = try DatasetWriter(description, layouts: [:], rows: rows, folder: "\(folder.path)/data").write {
                split, row in
                var random = RandomSource(seed: 1, purpose: "floors/\(split.rawValue)/\(row)")
                let (left, right) = (2 * random.uniform() - 1, 2 * random.uniform() - 1)
                return Multimodal.Sample(
                    inputs: ["left": [Float(left)], "right": [Float(right)]], targets: ["truth": truth(left, right)])
            }
            let suite = try Multimodal.Suite(
                yaml: """
                    name: world
                    datasets: {world: {path: ./data}}
                    tasks: {truth: {dataset: world, target: truth}}
                    """, file: "\(folder.path)/suite.yaml")
            task = try #require(try suite.open(dataRoot: folder.path, role: .train).first)
        }

        /// Returns each model's test score in the first metric.
        func scores() throws -> [String: Double] {
            let floor = try #require(try FloorStudy([task], python: FloorPythonTests.python).run().first)
            #expect(floor.skipped.isEmpty)
            return floor.models.compactMapValues { $0.test[floor.metric.rawValue] }
        }
    }

    @Test("trees learn whether signs differ, which a linear model cannot", .enabled(if: gap == nil, "\(gap ?? "")"))
    func signs() throws {
        let world = try World(target: .classification(["same", "different"])) { [$0 * $1 < 0 ? 1 : 0] }
        let scores = try world.scores()
        #expect(try #require(scores["trees"]) > 0.9)
        #expect(try #require(scores["ridge"]) < 0.7)
    }

    @Test("neighbours learn slanted stripes, which a linear model cannot", .enabled(if: gap == nil, "\(gap ?? "")"))
    func stripes() throws {
        let world = try World(target: .classification(["dark", "light"])) { left, right in
            [sin(6 * (left + right)) > 0 ? 1 : 0]
        }
        let scores = try world.scores()
        #expect(try #require(scores["neighbours"]) > 0.85)
        #expect(try #require(scores["ridge"]) < 0.7)
    }

    @Test("regressions return each component in its own units", .enabled(if: gap == nil, "\(gap ?? "")"))
    func numbers() throws {
        let world = try World(target: .regression(width: 2)) { [1e6 * abs($0), 1e-3 * $1 + 7] }
        let scores = try world.scores()
        #expect(try #require(scores["trees"]) > 0.9)
        #expect(try #require(scores["neighbours"]) > 0.9)
        #expect(try #require(scores["ridge"]) < 0.7)
    }

    @Test("several labels are predicted independently", .enabled(if: gap == nil, "\(gap ?? "")"))
    func labels() throws {
        let world = try World(target: .multilabel(["left", "apart"])) { [$0 > 0 ? 1 : 0, $0 * $1 < 0 ? 1 : 0] }
        let scores = try world.scores()
        #expect(try #require(scores["trees"]) > 0.9)
        #expect(try #require(scores["neighbours"]) > 0.85)
        #expect(try #require(scores["ridge"]) < 0.85)
    }

    @Test("the same samples give the same scores", .enabled(if: gap == nil, "\(gap ?? "")"))
    func repeated() throws {
        let world = try World(target: .classification(["same", "different"])) { [$0 * $1 < 0 ? 1 : 0] }
        let study = FloorStudy([world.task], python: Self.python)
        #expect(try study.run() == study.run())
    }

    @Test("without scikit-learn, trees and neighbours are skipped with a reason that says what to do")
    func skipped() throws {
        let world = try World(target: .classification(["same", "different"])) { [$0 * $1 < 0 ? 1 : 0] }
        let folder = try TemporaryFolder()
        let bare = "\(folder.path)/python-without-packages"
        try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(fileURLWithPath: bare))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: bare)
        for (python, hint) in [(bare, "scripts/setup-python"), ("\(folder.path)/no-python", "install Python 3")] {
            let found = FloorPython.find(home: Self.home, environment: ["PYTHON": python])
            let floor = try #require(try FloorStudy([world.task], python: found).run().first)
            #expect(Set(floor.skipped.keys) == ["trees", "neighbours"])
            #expect(floor.skipped.values.allSatisfy { $0.contains(hint) && $0.contains(python) })
            #expect(floor.models.keys.sorted() == ["ridge"])
        }
        guard case .missing(let reason) = FloorPython.find(home: folder.path, environment: [:]) else {
            Issue.record("expected no script in an empty folder")
            return
        }
        #expect(reason.contains("scripts/floors.py"))
    }
}
