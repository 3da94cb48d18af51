import HighMMT
import Testing
import Torch

/// Inference keeps what it computes of the parameters alone. It must notice every change of them.
@Suite struct KeptTablesTests {
    private let tasks = [TwoTasks.pair, TwoTasks.three, TwoTasks.alone]

    private func inputs() throws -> [String: TaskInput] {
        [
            "pair": try TwoTasks.input(TwoTasks.pair, samples: 3),
            "three": try TwoTasks.input(TwoTasks.three, samples: 2),
            "alone": try TwoTasks.input(TwoTasks.alone, samples: 1),
        ]
    }

    private func logits(_ model: HighMMTModel) throws -> [String: [Float]] {
        let inputs = try inputs()
        return try withoutGradients { try model.forward(inputs).logits.mapValues { try $0.floats() } }
    }

    /// The logits of a new model, which knows no table, with the parameters of another.
    private func expected(_ model: HighMMTModel) throws -> [String: [Float]] {
        let copy = try TwoTasks.model(tasks, depth: 2, arithmetic: .automatic)
        try copy.parameters.values.overwrite(with: model.parameters.values)
        return try logits(copy)
    }

    @Test func inferenceFollowsEveryChangeOfTheParameters() throws {
        let model = try TwoTasks.model(tasks, depth: 2, arithmetic: .automatic)
        let adam = try Adam(model.parameters, settings: .init(learningRate: 0.1))
        let average = try ParameterAverage(of: model.parameters, decay: 0.5)
        let start = try model.parameters.values.cloned()
        var seen: [[String: [Float]]] = []

        func check(_ change: String) throws {
            // The second call finds the tables of the first.
            for _ in 0..<2 { #expect(try logits(model) == expected(model), "after \(change)") }
            seen.append(try logits(model))
        }

        try check("the initialisation")
        try TwoTasks.loss(model.forward(inputs()).logits).backward()
        try adam.step()
        try check("a step of Adam")
        try average.update(step: 0)
        try average.inPlace { try check("the average takes the place of the parameters") }
        try check("the parameters are back")
        #expect(seen[1] == seen[3])
        let path = "encoder.0.layer.0.cross_attention.key_value.weight"
        try model.parameters.load(
            [
                path: start.narrowed(axis: 0, start: 0, length: model.parameters.count(of: path))
                    .reshaped(model.parameters.parameter(path).shape)
            ], complete: false)
        try check("one parameter is loaded")
        try model.parameters.values.overwrite(with: start)
        try check("the buffer is overwritten")
        #expect(seen[0] == seen[5])
        for (index, logits) in seen.enumerated() where index > 0 && index != 3 && index != 5 {
            #expect(logits != seen[index - 1], "change \(index) has no effect")
        }
    }
}
