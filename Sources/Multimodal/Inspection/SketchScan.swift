/// Draws a modality from its training rows.
///
/// Images and video become a picture, audio a heat map, time series a line, and everything else a
/// histogram.
struct SketchScan {
    private static let pictureSize = (rows: 24, columns: 32)
    private static let heatMapSize = (rows: 12, columns: 48)
    private static let lineColumns = 48
    /// The minimum number of channels for audio to count as a spectrum.
    private static let fewestBands = 8

    let rows: ModalityRows
    let values: DatasetSummary.Values

    private var modality: ModalityDescription { rows.modality }

    /// The number of elements along each axis once tokens are put back together.
    private var sizes: [Int] { zip(modality.axes, patch).map { $0 * $1 } }
    private var patch: [Int] { modality.patch ?? modality.axes.map { _ in 1 } }
    /// The number of channels per element.
    private var depth: Int { modality.channels / patch.reduce(1, *) }

    /// The sketch; `nil` if no training row has a valid value.
    var sketch: Sketch? {
        get throws {
            switch modality.kind {
            case .image, .video, .audio, .speech:
                if sizes.count > 1, sizes.suffix(2).allSatisfy({ $0 > 1 }) { return try picture }
                if modality.kind == .audio || modality.kind == .speech, sizes[0] > 1, depth >= Self.fewestBands,
                    sizes.count == 1
                {
                    return try heatMap
                }
                return modality.kind != .image && sizes.count == 1 && sizes[0] > 1 ? try line : try histogram
            case .timeSeries, .sensors, .force, .proprioception:
                return modality.tokens * (sizes.count == 1 ? patch[0] : 1) > 1 ? try line : try histogram
            case .text, .table, .set: return try histogram
            }
        }
    }

    private var first: Int? { (0..<rows.count).first { rows.has($0) && rows.validTokens(of: $0) > 0 } }

    /// The first row with valid tokens. For video this is the middle frame. For audio the first
    /// axis is time and runs to the right.
    private var picture: Sketch? {
        get throws {
            guard let first else { return nil }
            let isSound = modality.kind == .audio || modality.kind == .speech
            let outer = sizes.dropLast(2).map { $0 / 2 }
            let (height, width) = (sizes[sizes.count - 2], sizes[sizes.count - 1])
            var cells =
                isSound
                ? SketchCells(height: width, width: height, within: Self.pictureSize.rows, Self.pictureSize.columns)
                : SketchCells(height: height, width: width, within: Self.pictureSize.rows, Self.pictureSize.columns)
            try rows.visit(first..<first + 1) { value, token, channel in
                let place = coordinates(token: token, channel: channel)
                guard place.dropLast(2).elementsEqual(outer) else { return }
                let (row, column) = (place[place.count - 2], place[place.count - 1])
                let raw = raw(value, token: token, channel: channel)
                if isSound {
                    cells.add(raw, row: width - 1 - column, column: row)
                } else {
                    cells.add(raw, row: row, column: column)
                }
            }
            let subject = outer.isEmpty ? "first training row" : "first training row, the middle of it"
            return Sketch(isSound ? .heatMap : .picture, of: subject, cells: cells)
        }
    }

    /// The first row with valid tokens, with channels upwards.
    private var heatMap: Sketch? {
        get throws {
            guard let first else { return nil }
            var cells = SketchCells(
                height: depth, width: sizes[0], rows: Self.heatMapSize.rows, columns: Self.heatMapSize.columns)
            try rows.visit(first..<first + 1) { value, token, channel in
                cells.add(
                    raw(value, token: token, channel: channel), row: depth - 1 - channel % depth,
                    column: token * patch[0] + channel / depth)
            }
            return Sketch(.heatMap, of: "first training row", cells: cells)
        }
    }

    /// The mean over all rows and channels, along the tokens.
    private var line: Sketch? {
        get throws {
            let steps = sizes.count == 1 ? patch[0] : 1
            let width = modality.channels / steps
            var cells = SketchCells(height: 1, width: modality.tokens * steps, rows: 1, columns: Self.lineColumns)
            try rows.visit(0..<rows.count) { value, token, channel in
                cells.add(value, row: 0, column: token * steps + channel / width)
            }
            return Sketch(.line, of: "mean of the training rows", cells: cells)
        }
    }

    private var histogram: Sketch? {
        get throws {
            guard let minimum = values.minimum, let maximum = values.maximum, let mean = values.mean,
                let deviation = values.deviation
            else { return nil }
            var histogram = Histogram(minimum: minimum, maximum: maximum, mean: mean, deviation: deviation)
            try rows.visit(0..<rows.count) { value, _, _ in histogram.add(value) }
            return histogram.sketch(of: "numbers of the training rows")
        }
    }

    /// Returns the position of a value along each axis once tokens are put back together.
    private func coordinates(token: Int, channel: Int) -> [Int] {
        var token = token
        var inner = channel / depth
        var result = [Int](repeating: 0, count: sizes.count)
        for axis in sizes.indices.reversed() {
            result[axis] = token % modality.axes[axis] * patch[axis] + inner % patch[axis]
            token /= modality.axes[axis]
            inner /= patch[axis]
        }
        return result
    }

    private func raw(_ value: Double, token: Int, channel: Int) -> Double {
        guard let statistics = modality.statistics else { return value }
        let place = (token * modality.channels + channel) % statistics.mean.count
        return value * statistics.deviation[place] + statistics.mean[place]
    }
}
