/// The mean and standard deviation of a modality on the training split, the unit of corruption
/// noise.
public struct InputScale: Equatable, Sendable {
    /// The mean over all channels and tokens.
    public var mean: Double
    /// The standard deviation over all channels and tokens.
    public var deviation: Double

    /// The limit of rows to measure when the dataset has no statistics.
    private static let rows = 256

    /// Creates a scale from its parts.
    public init(mean: Double, deviation: Double) {
        self.mean = mean
        self.deviation = deviation
    }

    /// Creates the scale of a modality.
    ///
    /// A standardised modality, with statistics in `dataset.json`, has mean 0 and standard
    /// deviation 1. Otherwise the scale is measured on the valid tokens of up to 256 evenly spaced
    /// training rows.
    ///
    /// - Throws: `SafetensorsError` or `DatasetError` naming the file when the rows cannot be
    ///   read; `TorchError` when memory runs out.
    public init(of modality: String, in task: OpenedTask) throws {
        if task.description(of: modality)?.statistics != nil {
            self.init(mean: 0, deviation: 1)
            return
        }
        let reader = BatchReader(task, split: .train)
        let rows = reader.evenlySpacedRows(atMost: Self.rows)
        let batch = try reader.batch(rows)
        let numbers = try batch.inputs[modality]?.floats() ?? []
        let valid = try batch.masks[modality]?.bools()
        let present = batch.present[modality]
        let rowLength = numbers.count / max(1, rows.count)
        let tokenLength = valid.map { numbers.count / max(1, $0.count) } ?? 1
        var (sum, squares, used) = (0.0, 0.0, 0)
        for (index, number) in numbers.enumerated()
        where (present?[index / rowLength] ?? true) && (valid?[index / tokenLength] ?? true) {
            sum += Double(number)
            squares += Double(number) * Double(number)
            used += 1
        }
        let mean = used > 0 ? sum / Double(used) : 0
        let variance = used > 0 ? squares / Double(used) - mean * mean : 0
        self.init(mean: mean, deviation: variance > 1e-12 ? variance.squareRoot() : 1)
    }
}
