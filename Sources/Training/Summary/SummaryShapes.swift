import HighMMT
import Multimodal

/// The summary paths of the tasks of a suite.
enum SummaryShapes {
    /// Returns the shapes, with a summary path and calibrated outputs if the settings ask for them.
    static func added(to shapes: [TaskShape], of tasks: [OpenedTask], _ training: TrainingSettings) -> [TaskShape] {
        shapes.map { shape in
            guard let task = tasks.first(where: { $0.name == shape.name }) else { return shape }
            var shape = shape
            if training.mixesOutputs { shape.isCalibrated = true }
            guard training.summary != .none else { return shape }
            let rows = min(task.rows(of: .train), training.samples ?? .max)
            shape.modalities = shape.modalities.map { modality in
                var modality = modality
                var summary = summary(of: modality, in: task, rows: rows)
                if training.summary == .additive, let own = summary { summary?.pieces = pieces(own, rows: rows) }
                modality.summary = summary
                return modality
            }
            return shape
        }
    }

    /// The maximum number of features that cells add to a modality. With few rows, a wide map is
    /// fitted as fast as a narrow one.
    private static func mostNumbers(rows: Int) -> Int { rows <= 1500 ? 4096 : 512 }

    /// The most intervals of a statistic, and the fewest that are worth their weights.
    private static let (mostIntervals, fewestIntervals) = (16, 4)
    /// The number of training rows per interval.
    private static let rowsPerInterval = 32
    /// The maximum number of piecewise-linear features of a modality.
    private static let mostPieces = 1024

    private static func pieces(_ summary: SummaryShape, rows: Int) -> SummaryShape.Pieces? {
        let statistics = summary.plainCount
        let intervals = min(mostIntervals, rows / rowsPerInterval, mostPieces / max(1, statistics))
        return intervals < fewestIntervals ? nil : SummaryShape.Pieces(statistics: statistics, intervals: intervals)
    }

    private static func summary(of modality: ModalityShape, in task: OpenedTask, rows: Int) -> SummaryShape? {
        guard let description = task.description(of: modality.name) else { return nil }
        let alone = Array(repeating: 1, count: description.axes.count)
        if description.kind == .table {
            return SummaryShape(width: description.elements, places: 1, keepsTokens: true, cells: alone)
        }
        let places = task.encodings[modality.name]?.places ?? 1
        let channels = description.channels / places
        let most = mostNumbers(rows: rows)
        let cells = description.kind == .set ? alone : self.cells(description.axes, channels: channels, most: most)
        let count = cells.reduce(1, *)
        return SummaryShape(
            width: (2 + (count > 1 ? count : 0)) * channels, places: places, keepsTokens: false, cells: cells)
    }

    /// Returns the cells per axis: 5 for a sequence, 4 × 4 for an image, 3 × 2 × 2 for a video.
    /// There are fewer if an axis is shorter or the features would exceed `most`.
    private static func cells(_ axes: [Int], channels: Int, most: Int) -> [Int] {
        let long = axes.indices.filter { axes[$0] > 1 }
        var cells = Array(repeating: 1, count: axes.count)
        let wanted = long.count == 1 ? [5] : long.count == 2 ? [4, 4] : [3, 2, 2]
        for (axis, count) in zip(long, wanted) { cells[axis] = min(count, axes[axis]) }
        while cells.reduce(channels, *) > most, let widest = cells.indices.max(by: { cells[$0] < cells[$1] }),
            cells[widest] > 1
        {
            cells[widest] -= 1
        }
        return cells
    }
}
