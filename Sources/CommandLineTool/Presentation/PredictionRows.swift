import Files
import Training

/// Predictions as lines of JSON or CSV.
struct PredictionRows {
    private let predictor: Predictor
    private let isCSV: Bool
    private var hasHeader = false

    init(_ predictor: Predictor, isCSV: Bool) {
        self.predictor = predictor
        self.isCSV = isCSV
    }

    /// Returns the lines for a prediction; the first one has the header of CSV before it.
    mutating func lines(_ prediction: Predictor.Prediction) throws -> [String] {
        guard isCSV else { return [String(decoding: try JSONFile.encode(prediction, layout: .compact), as: UTF8.self)] }
        let line = cells(prediction).map(Self.quoted).joined(separator: ",")
        defer { hasHeader = true }
        return hasHeader ? [line] : [header.map(Self.quoted).joined(separator: ","), line]
    }

    private var header: [String] {
        let start = ["row", "id"]
        guard let classes = predictor.classes else {
            let width = predictor.outputs
            let unit = predictor.unit.map { " [\($0)]" } ?? ""
            let names =
                width == 1
                ? [predictor.taskName + unit] : (0..<width).map { "\(predictor.taskName)_\($0)\(unit)" }
            return start + names + ["problem"]
        }
        return start + (predictor.isClassification ? [predictor.taskName] : []) + classes.map { "probability of \($0)" }
            + ["problem"]
    }

    private func cells(_ prediction: Predictor.Prediction) -> [String] {
        var cells = [String(prediction.row), prediction.id ?? ""]
        if let classes = predictor.classes {
            if predictor.isClassification { cells.append(prediction.prediction ?? "") }
            cells += classes.map { prediction.probabilities?[$0].map { "\($0)" } ?? "" }
        } else {
            cells += (0..<predictor.outputs).map { index in prediction.values.map { "\($0[index])" } ?? "" }
        }
        return cells + [prediction.problem ?? ""]
    }

    private static func quoted(_ cell: String) -> String {
        guard cell.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return cell }
        return "\"\(cell.replacing("\"", with: "\"\""))\""
    }
}
