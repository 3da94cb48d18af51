import Foundation
import HighMMT
import Multimodal
import Testing
import Torch
import Training

@testable import Studies

@Suite("Parameters that matter to several tasks")
struct ParameterInvolvementTests {
    /// Three tasks and four parameters. The first task reaches three parameters with a mean of
    /// 0.667, the second two with a mean of 1, and the third none.
    @Test func parametersAreCountedByTheTasksTheyMatterTo() {
        let importances = [[1, 1, 0.001, 0], [0, 1.98, 0.02, 0], [0, 0, 0, 0]]
        let least = ParameterInvolvement.least(importances)
        #expect(abs(least[0] - 0.01 * 2.001 / 3) < 1e-15 && abs(least[1] - 0.01) < 1e-15 && least[2] == .infinity)
        #expect(ParameterInvolvement.shares(importances, least: least) == [0.25, 0.5, 0.25, 0])
        #expect(ParameterInvolvement.shares([[], []], least: [1, 1]) == [0, 0, 0])
    }

    /// `kind` and `other` share an encoder, and `size` has one of its own. So no parameter of an
    /// encoder matters to three tasks, and no crossmodal block to two.
    @Test func groupsLimitTheTasksOfAParameter() throws {
        let growing = try GrowingSuite()
        var suite = growing.suite
        suite.model.groups = ModelSettings.Groups(
            encoders: ["size/walk": "1", "kind/walk": "0", "kind/card": "0", "other/walk": "0", "other/card": "0"],
            crossmodal: ["kind/card+walk": "0", "other/card+walk": "1"])
        let training = growing.training("grouped")
        _ = try training.result(of: suite, named: "all")
        let (model, record) = try training.run("all").bestModel(of: .first, device: .cpu)
        let grouped = try #require(model as? HighMMTModel)
        let tasks = try suite.open(dataRoot: training.dataRoot, role: .train)
        let objectives = record.records.mapValues(\.objective)
        let found = try ParameterInvolvement(grouped, tasks: tasks, objectives: objectives, seed: 2)
        #expect(found.unimodal.count == 4 && abs(found.unimodal.reduce(0, +) - 1) < 1e-12)
        #expect(found.unimodal[3] == 0 && found.unimodal[2] > 0.2 && found.unimodal[2] <= 0.5)
        #expect(found.unimodal[1] > 0.2 && found.unimodal[0] < 0.5)
        let crossmodal = try #require(found.crossmodal)
        #expect(crossmodal[2] == 0 && crossmodal[3] == 0 && crossmodal[1] > 0.4)

        // Every encoder has half of the parameters; each task reaches its own one only.
        let paths = grouped.parameters.paths.filter { $0.hasPrefix("encoder.") }
        for task in tasks {
            let own = try ParameterInvolvement.importances(
                grouped, task, #require(objectives[task.name]), paths: paths, seed: 2)
            let reached = Set(own.filter { $0.value.contains { $0 > 0 } }.keys.map { $0.prefix(9) })
            #expect(reached == [task.name == "size" ? "encoder.1" : "encoder.0"], "\(task.name)")
        }
    }

    /// Mean squared central differences of the loss, which need no gradients.
    @Test func importancesAreSquaredSlopesOfTheLoss() throws {
        let growing = try GrowingSuite()
        let training = growing.training("slopes")
        _ = try training.result(of: growing.suite, named: "all")
        let (model, record) = try training.run("all").bestModel(of: .first, device: .cpu)
        let highmmt = try #require(model as? HighMMTModel)
        let task = try #require(growing.suite.open(dataRoot: training.dataRoot, role: .train).first)
        let objective = try #require(record.records[task.name]?.objective)
        let path = "encoder.0.layer.0.self_feed_forward.contract.bias"
        let found = try #require(
            ParameterInvolvement.importances(highmmt, task, objective, paths: [path], seed: 2)[path])
        let reader = BatchReader(task, split: .valid)
        let start = try highmmt.parameters.parameter(path).detached().floats()
        func losses(_ values: [Float]) throws -> [Double] {
            try highmmt.parameters.load([path: Tensor(values, shape: [values.count])], complete: false)
            return try (0..<reader.rows).map { row in
                let batch = try reader.batch([row])
                let output = try highmmt.forward([task.name: TaskInput(batch, device: .cpu)], headsOnly: true)
                return try objective.loss(#require(output.logits[task.name]), batch.target).item()
            }
        }
        let step: Float = 0.01
        for element in start.indices {
            var (more, less) = (start, start)
            more[element] += step
            less[element] -= step
            let slopes = zip(try losses(more), try losses(less)).map { ($0 - $1) / Double(2 * step) }
            let expected = slopes.reduce(0) { $0 + $1 * $1 } / Double(slopes.count)
            #expect(abs(found[element] - expected) < 0.02 * expected + 1e-6, "element \(element)")
        }
    }
}
