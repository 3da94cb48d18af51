import HighMMT
import Multimodal
import Torch
import Training

/// The samples of one entry with their inputs, in memory, and the shape of its predictors.
struct EntryData: Sendable {
    /// Samples of a split.
    struct Samples: Sendable {
        /// The number of samples.
        let count: Int
        let streams: [String: StreamInput]
        let target: Tensor

        /// Reads the inputs of the chosen samples.
        init(_ samples: EntryTargets.Samples, of entry: TransferEntry, _ reader: BatchReader) throws {
            let batch = try reader.batch(samples.rows, modalities: entry.modalities)
            count = samples.count
            streams = Dictionary(
                uniqueKeysWithValues: batch.inputs.map { ($0, StreamInput(data: $1, mask: batch.masks[$0])) })
            target = samples.target
        }

        private init(count: Int, streams: [String: StreamInput], target: Tensor) {
            self.count = count
            self.streams = streams
            self.target = target
        }

        /// Returns the first `count` samples.
        func first(_ count: Int) throws -> Samples {
            guard count < self.count else { return self }
            return Samples(
                count: count,
                streams: try streams.mapValues { stream in
                    StreamInput(
                        data: try stream.data.narrowed(axis: 0, start: 0, length: count),
                        mask: try stream.mask.map { try $0.narrowed(axis: 0, start: 0, length: count) })
                }, target: try target.narrowed(axis: 0, start: 0, length: count))
        }

        /// Returns the given samples.
        func selected(_ rows: [Int]) throws -> Samples {
            let batch = try batch(rows)
            return Samples(count: rows.count, streams: batch.input.streams, target: batch.target)
        }

        /// Returns the given samples as a batch.
        func batch(_ rows: [Int]) throws -> (input: TaskInput, target: Tensor) {
            let streams = try streams.mapValues { stream in
                StreamInput(
                    data: try stream.data.selected(axis: 0, rows),
                    mask: try stream.mask.map { try $0.selected(axis: 0, rows) })
            }
            return (TaskInput(count: rows.count, streams: streams), try target.selected(axis: 0, rows))
        }
    }

    /// The same samples without their inputs.
    let targets: EntryTargets
    let shape: TaskShape
    var train: Samples
    var valid: Samples
    /// The number of samples per step.
    let batch: Int

    var entry: TransferEntry { targets.entry }
    var objective: TaskObjective { targets.objective }

    /// Reads the inputs of an entry's samples.
    ///
    /// - Throws: `DatasetError` or `SafetensorsError` that names the file when a split cannot be
    ///   read.
    init(_ targets: EntryTargets, of task: OpenedTask, shape: TaskShape) throws {
        self.targets = targets
        let entry = targets.entry
        var shape = shape
        shape.modalities = shape.modalities.filter { entry.modalities.contains($0.name) }
        // Predictors have no summary path, which transfers could not change.
        for index in shape.modalities.indices { shape.modalities[index].summary = nil }
        self.shape = shape
        batch = task.batch
        train = try Samples(targets.train, of: entry, BatchReader(task, split: .train))
        valid = try Samples(targets.valid, of: entry, BatchReader(task, split: .valid))
    }

    /// Returns the same data with only the first training samples, as many as the budget gives a
    /// target. The chance level does not change.
    func limited(to budget: TransferBudget) throws -> EntryData {
        var limited = self
        limited.train = try train.first(budget.targetSamples ?? train.count)
        return limited
    }

    /// Returns the number of steps per epoch.
    func steps(_ budget: TransferBudget) -> Int {
        max(budget.leastSteps, (train.count + batch - 1) / batch)
    }

    /// A relative estimate of the time of a step, used to predict the remaining time before any
    /// step has been timed.
    var work: Double {
        let tokens = train.streams.values.reduce(0.0) { sum, stream in
            let shape = stream.data.shape
            return sum + Double(shape.dropFirst().dropLast().reduce(1, *)) * Double(40 + (shape.last ?? 0))
        }
        let streams = Double(entry.modalities.count)
        return Double(batch) * (20_000 * streams * streams + tokens)
    }
}
