import HighMMT
import Multimodal

/// The summary paths of the tasks of a suite.
enum SummaryShapes {
    /// The shapes with a summary path for every task, where the suite asks for it, and with
    /// calibrated outputs.
    static func added(to shapes: [TaskShape], of tasks: [OpenedTask], _ training: TrainingSettings) -> [TaskShape] {
        shapes.map { shape in
            guard let task = tasks.first(where: { $0.name == shape.name }) else { return shape }
            var shape = shape
            if training.calibration { shape.isCalibrated = true }
            guard training.summary == .linear else { return shape }
            shape.modalities = shape.modalities.map { modality in
                var modality = modality
                modality.summary = summary(of: modality, in: task)
                return modality
            }
            return shape
        }
    }

    /// Numbers that cells may add to the statistics of a modality: of few rows a wide map is fitted
    /// as fast as a narrow one.
    private static func mostNumbers(rows: Int) -> Int { rows <= 1500 ? 4096 : 512 }

    private static func summary(of modality: ModalityShape, in task: OpenedTask) -> SummaryShape? {
        guard let description = task.description(of: modality.name) else { return nil }
        let alone = Array(repeating: 1, count: description.axes.count)
        if description.kind == .table {
            return SummaryShape(width: description.elements, places: 1, keepsTokens: true, cells: alone)
        }
        let places = task.encodings[modality.name]?.places ?? 1
        let channels = description.channels / places
        let most = mostNumbers(rows: task.rows(of: .train))
        let cells = description.kind == .set ? alone : self.cells(description.axes, channels: channels, most: most)
        let count = cells.reduce(1, *)
        return SummaryShape(
            width: (2 + (count > 1 ? count : 0)) * channels, places: places, keepsTokens: false, cells: cells)
    }

    /// Five parts of a sequence, 4 × 4 of an image, 3 × 2 × 2 of a video; fewer where tokens or
    /// numbers are too few or too many.
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
