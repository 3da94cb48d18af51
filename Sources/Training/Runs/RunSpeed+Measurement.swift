import HighMMT
import Multimodal
import Numerics
import Torch

extension RunSpeed {
    /// The number of samples per forward pass.
    private static let batch = 32
    /// The number of initial rounds that are not timed, in which memory is allocated.
    private static let warmups = 2
    /// The largest number of timed rounds.
    private static let rounds = 10
    /// The time after which no round starts, once three rounds have been timed.
    private static let limit = Duration.seconds(1)

    /// Measures the time of inference on the CPU for every task, from inputs in memory to outputs.
    ///
    /// The models take turns, so that other load on the machine affects them equally.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - tasks: The tasks of the run. Samples come from their validation splits, so that test
    ///     splits stay unread, and repeat from the first if there are too few.
    ///   - stages: The stages to measure, all with trained parameters.
    /// - Throws: ``RunError`` or `FileError` when a model cannot be loaded; `DatasetError` when a
    ///   batch cannot be read; `TorchError` when memory runs out.
    public init(measuring run: RunDirectory, tasks: [OpenedTask], stages: [TrainingStage]) throws {
        self.init(batch: Self.batch)
        let models = try stages.map { ($0, try run.bestModel(of: $0, device: .cpu).model) }
        for task in tasks {
            let reader = BatchReader(task, split: .valid)
            guard reader.rows > 0 else { continue }
            let input = [
                task.name: try TaskInput(reader.batch((0..<batch).map { $0 % reader.rows }), device: .cpu)
            ]
            for (stage, times) in try Self.times(models, input) {
                self.stages[stage, default: Stage()].milliseconds[task.name] =
                    times.map { $0 / .milliseconds(1) / Double(batch) }.median
            }
        }
    }

    private static func times(
        _ models: [(TrainingStage, any MultitaskModel)], _ input: [String: TaskInput]
    ) throws -> [TrainingStage: [Duration]] {
        let clock = ContinuousClock()
        let start = clock.now
        var times: [TrainingStage: [Duration]] = [:]
        for round in 0..<(warmups + rounds) {
            if round >= warmups + 3, clock.now - start > limit { break }
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
