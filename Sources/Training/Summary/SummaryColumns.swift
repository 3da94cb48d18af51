import HighMMT
import Multimodal
import Torch

/// The statistics of some rows that a summary path reads, with their targets.
struct SummaryColumns {
    /// The statistics of one modality.
    struct Column {
        let modality: String
        let shape: SummaryShape
        /// (N, statistics), float32; 0 where the modality is absent.
        let numbers: Tensor
        /// (N, 1), float32: 1 where the row has the modality.
        let present: Tensor
    }

    /// The modalities with a summary, in the task's order.
    let columns: [Column]
    /// (N, outputs), float64: one-hot classes, labels, or standardised numbers.
    let targets: Tensor
    /// The targets as stored.
    let truths: Tensor
    /// The number of rows.
    let count: Int

    /// Reads rows.
    ///
    /// - Throws: `DatasetError` or `SafetensorsError` that names the file when it cannot be read.
    init(_ reader: BatchReader, _ rows: [Int], _ shape: TaskShape, _ objective: TaskObjective) throws {
        count = rows.count
        let shapes = shape.summaryShapes
        guard !rows.isEmpty else {
            columns = try shapes.map { name, summary in
                try Column(
                    modality: name, shape: summary, numbers: Tensor.zeros([0, summary.width]),
                    present: Tensor.zeros([0, 1]))
            }
            targets = try Tensor.zeros([0, shape.outputs], dtype: .float64)
            truths = targets
            return
        }
        var parts = shapes.map { _ in (numbers: [Tensor](), present: [Tensor]()) }
        var truths: [Tensor] = []
        for start in stride(from: 0, to: rows.count, by: 256) {
            let batch = try reader.batch(Array(rows[start..<min(start + 256, rows.count)]))
            let input = try TaskInput(batch, device: .cpu)
            for (index, (name, summary)) in shapes.enumerated() {
                let isPresent = batch.present[name] ?? Array(repeating: batch.inputs[name] != nil, count: batch.count)
                let here = try Tensor(isPresent.map { Float($0 ? 1 : 0) }, shape: [batch.count, 1])
                let own =
                    try input.streams[name].map { try SummaryFeatures.of($0, summary) }
                    ?? Tensor.zeros([batch.count, summary.width])
                parts[index].numbers.append(try own * here)
                parts[index].present.append(here)
            }
            truths.append(batch.target)
        }
        columns = try zip(shapes, parts).map { entry, parts in
            try Column(
                modality: entry.name, shape: entry.shape, numbers: Tensor.concatenated(parts.numbers, axis: 0),
                present: Tensor.concatenated(parts.present, axis: 0))
        }
        self.truths = try Tensor.concatenated(truths, axis: 0)
        // Of all rows together, since missing labels become the mean of the known ones.
        targets = try objective.numbers(self.truths, outputs: shape.outputs).to(dtype: .float64)
    }

    /// Returns the bounds of the intervals of each modality that has piecewise-linear features:
    /// quantiles of the rows that have the modality.
    ///
    /// - Throws: `TorchError` when memory runs out.
    func bounds() throws -> [String: Tensor] {
        try columns.reduce(into: [:]) { bounds, column in
            guard let pieces = column.shape.pieces else { return }
            let isPresent = try column.present.floats()
            let rows = isPresent.indices.filter { isPresent[$0] > 0 }
            let numbers = try column.numbers.floats()
            let samples = (0..<pieces.statistics).map { index in
                rows.map { numbers[$0 * column.shape.width + index] }.sorted()
            }
            bounds[column.modality] = try PiecewiseFeatures.bounds(of: samples, intervals: pieces.intervals)
        }
    }
}

extension TaskShape {
    /// The modalities with a summary, in the task's order.
    var summaryShapes: [(name: String, shape: SummaryShape)] {
        modalities.compactMap { modality in modality.summary.map { (modality.name, $0) } }
    }
}
