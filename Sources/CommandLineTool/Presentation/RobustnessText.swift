import Training

/// The robustness curves, as one table per kind of corruption.
struct RobustnessText {
    private let curves: RobustnessCurves

    init(_ curves: RobustnessCurves) { self.curves = curves }

    var text: String { curves.curves.map(table).joined(separator: "\n\n") }

    private func table(_ curve: RobustnessCurves.Curve) -> String {
        var table = TextTable(
            header: [curve.kind.rawValue, "metric"] + curves.severities.map { number($0, decimals: 2) })
        for (task, scores) in curve.tasks.sorted(by: { $0.key < $1.key }) {
            table.add([task, curves.metrics[task]?.rawValue ?? ""] + scores.map { number($0) })
        }
        table.add(["suite score", ""] + curve.score.map { number($0) })
        let note = curve.untouched.map {
            "\nunchanged, trained without modality dropout (training.modality_dropout): "
                + $0.joined(separator: ", ")
        }
        return table.text + (note ?? "")
    }
}
