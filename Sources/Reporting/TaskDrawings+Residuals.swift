import Foundation

extension TaskDrawings {
    /// The number of samples by residual, predicted minus true value; `nil` unless the task is a
    /// regression.
    var residuals: Drawing? {
        let residuals = (details.regression ?? []).map { $0[1] - $0[0] }.filter(\.isFinite)
        guard let reach = residuals.map(abs).max(), reach > 0 else { return nil }
        let (left, width, height, bins) = (44.0, 200.0, 110.0, 20)
        var counts = Array(repeating: 0, count: bins)
        for residual in residuals {
            counts[min(bins - 1, Int((residual / reach + 1) / 2 * Double(bins)))] += 1
        }
        let most = Double(max(1, counts.max() ?? 1))
        var parts = counts.enumerated().map { index, count in
            let tall = height * Double(count) / most
            let box = Markup.attributes([
                "x": left + width * Double(index) / Double(bins), "y": 10 + height - tall,
                "width": width / Double(bins) - 1, "height": tall,
            ])
            return "<rect \(box) \(Tone.under.filled())><title>\(count) samples</title></rect>"
        }
        parts.append(
            "<line class=\"kept\" stroke=\"#1c2330\" stroke-dasharray=\"3 3\" "
                + Markup.attributes(["x1": left + width / 2, "x2": left + width / 2, "y1": 10, "y2": 10 + height])
                + "/>")
        for (share, value) in [(0.0, -reach), (0.5, 0), (1, reach)] {
            parts.append(
                Markup.text(left + width * share, height + 24, String(format: "%.3g", value), anchor: "middle"))
        }
        parts.append(Markup.text(left - 4, 18, "\(Int(most))", anchor: "end"))
        return Drawing(
            width: left + width + 26, height: height + 30, content: parts.joined(separator: "\n"),
            label: "residuals of \(name)")
    }
}
