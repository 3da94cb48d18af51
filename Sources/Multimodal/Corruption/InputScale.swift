/// Where the numbers of a modality lie on the training split: what noise is measured in.
public struct InputScale: Equatable, Sendable {
    /// Their mean.
    public var mean: Double
    /// Their standard deviation, all channels and tokens together.
    public var deviation: Double

    /// Rows that are looked at where the dataset does not say how it was standardised.
    private static let rows = 256

    /// Names both.
    public init(mean: Double, deviation: Double) {
        self.mean = mean
        self.deviation = deviation
    }

    /// The scale of a modality: 0 and 1 where `dataset.json` has statistics, so that the numbers are standardised; else measured
    /// on valid tokens of up to 256 rows of the training split, evenly spaced.
    ///
    /// - Throws: an error that names the file when the rows cannot be read.
    public init(of modality: String, in task: OpenedTask) throws {
        if task.description(of: modality)?.statistics != nil {
            self.init(mean: 0, deviation: 1)
            return
        }
        let reader = BatchReader(task, split: .train)
        let count = min(reader.rows, Self.rows)
        let batch = try reader.batch((0..<count).map { $0 * reader.rows / count })
        let numbers = try batch.inputs[modality]?.floats() ?? []
        let valid = try batch.masks[modality]?.bools()
        let present = batch.present[modality]
        let rowLength = numbers.count / max(1, count)
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
