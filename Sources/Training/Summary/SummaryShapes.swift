import HighMMT
import Multimodal

/// The summary paths of the tasks of a suite.
enum SummaryShapes {
    /// The shapes with a summary path for every task, where the suite asks for it, and with calibrated outputs.
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

    private static func summary(of modality: ModalityShape, in task: OpenedTask) -> SummaryShape? {
        guard let description = task.description(of: modality.name) else { return nil }
        if description.kind == .table {
            return SummaryShape(width: description.elements, places: 1, keepsTokens: true)
        }
        let places = task.encodings[modality.name]?.places ?? 1
        return SummaryShape(width: 2 * description.channels / places, places: places, keepsTokens: false)
    }
}
