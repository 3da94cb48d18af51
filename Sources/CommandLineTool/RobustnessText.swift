import Foundation
import Training

/// Robustness for people: a table for each kind of corruption.
struct RobustnessText {
    let curves: RobustnessCurves

    var text: String { curves.curves.map(table).joined(separator: "\n\n") }

    private func table(_ curve: RobustnessCurves.Curve) -> String {
        var table = TextTable(
            header: [curve.kind.rawValue, "metric"] + curves.severities.map { String(format: "%.2f", $0) })
        for (task, scores) in curve.tasks.sorted(by: { $0.key < $1.key }) {
            table.add([task, curves.metrics[task]?.rawValue ?? ""] + scores.map(number))
        }
        table.add(["suite score", ""] + curve.score.map(number))
        let note = curve.untouched.map {
            "\nkept as they are, never learned to do without a modality (training.modality_dropout): "
                + $0.joined(separator: ", ")
        }
        return table.text + (note ?? "")
    }

    private func number(_ value: Double?) -> String { value.map { String(format: "%.3f", $0) } ?? "-" }
}
