import HighMMT
import Multimodal
import Numerics
import Torch

extension RunSpeed {
    /// Samples at once.
    private static let batch = 32
    /// Rounds that are not timed, in which memory is found.
    private static let warmups = 2
    /// Rounds that are timed.
    private static let rounds = 10
    /// Rounds stop at this time, but for the first three.
    private static let most = Duration.seconds(1)

    /// Measures inference on the CPU, from a batch of inputs in memory to outputs, for every task.
    ///
    /// The models take turns, so that whatever else the machine does hits them alike.
    ///
    /// - Parameters:
    ///   - tasks: the tasks of the run; their test splits give the samples, again from the first where there are too few.
    ///   - stages: stages with trained parameters.
    /// - Throws: an error that names the file when a model or batch cannot be read.
    public init(measuring run: RunDirectory, tasks: [OpenedTask], stages: [TrainingStage]) throws {
        self.init(batch: RunSpeed.batch)
        let models = try stages.map { ($0, try run.bestModel(of: $0, device: .cpu).model) }
        for task in tasks {
            let reader = BatchReader(task, split: .test)
            guard reader.rows > 0 else { continue }
            let input = [
                task.name: try TaskInput(reader.batch((0..<batch).map { $0 % reader.rows }), device: .cpu)
            ]
            for (stage, times) in try RunSpeed.times(models, input) {
                self.stages[stage.rawValue, default: Stage()].milliseconds[task.name] =
                    times.map { $0 / .milliseconds(1) / Double(batch) }.median
            }
        }
    }

    private static func times(
        _ models: [(TrainingStage, HighMMTModel)], _ input: [String: TaskInput]
    ) throws -> [TrainingStage: [Duration]] {
        let clock = ContinuousClock()
        let start = clock.now
        var times: [TrainingStage: [Duration]] = [:]
        for round in 0..<(warmups + rounds) {
            if round >= warmups + 3, clock.now - start > most { break }
            for (stage, model) in models {
                let began = clock.now
                _ = try withoutGradients { try model.forward(input).logits }
                guard round >= warmups else { continue }
                times[stage, default: []].append(clock.now - began)
            }
        }
        return times
    }
}
