/// A task of a suite together with its opened dataset.
public struct OpenedTask: Sendable {
    /// Name of the task within the suite.
    public let name: String
    /// What the suite says of it.
    public let task: SuiteTask
    /// Its dataset.
    public let dataset: Dataset
    /// Names of its modalities, sorted.
    public let modalities: [String]
    /// What it predicts.
    public let target: TargetDescription
    /// Rows per step.
    public let batch: Int
    /// What it is judged by; the first decides which parameters are best.
    public let metrics: [Metric]
    /// Share of the modalities that its samples lose while training.
    public let modalityDropout: Double
    /// Modality → the way from its stored numbers to tokens; modalities that are read as they are stored are not named.
    public internal(set) var encodings: [String: InputEncoding] = [:]

    /// Split → the rows that have the target, in order; splits all of whose rows have it are not named.
    public internal(set) var labelledRows: [Split: [Int]] = [:]

    /// The rows of a split that have the target.
    public func rows(of split: Split) -> Int { labelledRows[split]?.count ?? dataset.rows(of: split).count }

    /// Name of a stream, as parameter groups and matrices call it: `task/modality`.
    public func stream(_ modality: String) -> String { "\(name)/\(modality)" }

    /// What a modality of the task is, as a model reads it.
    public func description(of modality: String) -> ModalityDescription? {
        dataset.description.modalities[modality].map { encodings[modality]?.encoded($0) ?? $0 }
    }
}
