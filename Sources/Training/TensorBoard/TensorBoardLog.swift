import Foundation
import Multimodal

/// Records the epochs of a stage for TensorBoard, in `tensorboard/STAGE` of the run.
///
/// Only times differ between repetitions with the same seed: those at which events were written,
/// and the durations of updates, which are events of their own.
final class TensorBoardLog: TrainingObserver {
    private let folder: String
    private let suite: Suite
    private var file: EventFile?
    private var updates: EpochUpdates?

    /// - Parameter folder: The folder `tensorboard` of the run.
    init(folder: String, suite: Suite) {
        self.folder = folder
        self.suite = suite
    }

    func observe(_ event: TrainingEvent) throws {
        switch event {
        case .began(let stage, let epoch, _, let step):
            let file = EventFile(folder: "\(folder)/\(stage.rawValue)")
            self.file = file
            // A run without a checkpoint repeats the record of the start as well.
            if try file.truncate(after: epoch == 0 && step == 0 ? -1 : epoch) { try describe(in: file) }
        case .updated(let updates): self.updates = updates
        case .epochEnded(let record, _):
            try file?.append(step: record.epoch, summaries(record))
            if let updates {
                var times = EventSummaries()
                times.add("seconds_per_step", updates.secondsPerStep)
                try file?.append(step: record.epoch, times)
            }
            updates = nil
        default: break
        }
    }

    private func describe(in file: EventFile) throws {
        var summaries = EventSummaries()
        summaries.add("suite", text: "```yaml\n\(try suite.yaml())```")
        var settings = try SettingValue.flattened(suite.training)
        for (name, value) in try SettingValue.flattened(suite.model) { settings["model.\(name)"] = value }
        settings["seed"] = .number(Double(suite.seed))
        summaries.add(settings: settings)
        try file.append(step: 0, summaries)
    }

    private func summaries(_ record: EpochRecord) -> EventSummaries {
        var summaries = EventSummaries()
        for (task, loss) in record.trainingLoss.sorted(by: { $0.key < $1.key }) {
            summaries.add("training_loss/\(task)", loss)
        }
        for (task, scores) in record.validation.sorted(by: { $0.key < $1.key }) {
            summaries.add("validation_loss/\(task)", scores.loss)
            for (metric, value) in scores.metrics.sorted(by: { $0.key < $1.key }) {
                summaries.add("\(metric)/\(task)", value)
            }
        }
        summaries.add("validation_score", record.score)
        summaries.add("optimiser/learning_rate", updates?.learningRate)
        summaries.add("optimiser/gradient_norm", updates?.gradientNorm)
        return summaries
    }
}

/// A hyperparameter for TensorBoard.
enum SettingValue: Decodable, Equatable {
    case number(Double)
    case text(String)
    case flag(Bool)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    /// Returns the scalar settings, with the names of nested ones joined by dots.
    ///
    /// - Throws: The error of the encoder.
    static func flattened(_ settings: some Encodable) throws -> [String: SettingValue] {
        let encoder = JSONEncoder()
        return try JSONDecoder().decode(Nested.self, from: encoder.encode(settings)).values
    }

    private struct Nested: Decodable {
        var values: [String: SettingValue] = [:]

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            for key in container.allKeys {
                if let value = try? container.decode(SettingValue.self, forKey: key) {
                    values[key.stringValue] = value
                } else if let nested = try? container.decode(Nested.self, forKey: key) {
                    for (name, value) in nested.values { values["\(key.stringValue).\(name)"] = value }
                }
            }
        }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
