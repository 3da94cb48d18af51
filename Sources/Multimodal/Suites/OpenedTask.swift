/// A task of a suite with its opened dataset.
public struct OpenedTask: Sendable {
    /// The name of the task within the suite.
    public let name: String
    /// The task's settings in the suite.
    public let task: SuiteTask
    /// The opened dataset.
    public let dataset: Dataset
    /// The sorted names of the task's modalities.
    public let modalities: [String]
    /// The target that the task predicts.
    public let target: TargetDescription
    /// The number of rows per step.
    public internal(set) var batch: Int
    /// The metrics of the task. The first selects the best parameters.
    public let metrics: [Metric]
    /// The probability with which training drops each modality of a sample.
    public let modalityDropout: Double
    /// Modality → the probability with which training masks each of its tokens.
    public let tokenDropout: [String: Double]
    /// Modality → the encoding of its stored values as tokens. Unchanged modalities have no entry.
    public internal(set) var encodings: [String: InputEncoding] = [:]

    /// Split → the rows that have the target, in order. Splits in which every row has it have no
    /// entry.
    public internal(set) var labelledRows: [Split: [Int]] = [:]

    /// The weight of each training row that has the target in the loss of training; `nil` weighs
    /// all alike.
    public internal(set) var weights: [Float]?

    /// The rows of a split that have the target.
    public func rows(of split: Split) -> Int { labelledRows[split]?.count ?? dataset.rows(of: split).count }

    /// Returns the name of a stream in parameter groups and matrices: `task/modality`.
    public func stream(_ modality: String) -> String { "\(name)/\(modality)" }

    /// Returns the description of a modality as the model reads it; `nil` if the dataset has none
    /// of that name.
    public func description(of modality: String) -> ModalityDescription? {
        dataset.description.modalities[modality].map { encodings[modality]?.encoded($0) ?? $0 }
    }
}
