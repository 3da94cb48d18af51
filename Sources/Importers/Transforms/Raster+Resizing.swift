extension Raster {
    /// The picture at another size, each new pixel the mean of what it covers, as `[rows, columns, channels]` in 0…1.
    func resized(width newWidth: Int, height newHeight: Int) -> [Float] {
        let channels = colours.rawValue
        let columns = Self.shares(from: width, to: newWidth)
        let rows = Self.shares(from: height, to: newHeight)
        // One direction after the other, since the mean over a rectangle is the mean of its rows' means.
        var wide = [Float](repeating: 0, count: height * newWidth * channels)
        for row in 0..<height {
            for (column, share) in columns.enumerated() {
                for (offset, weight) in share.weights.enumerated() {
                    let source = (row * width + share.first + offset) * channels
                    for channel in 0..<channels {
                        wide[(row * newWidth + column) * channels + channel] += weight * Float(pixels[source + channel])
                    }
                }
            }
        }
        let line = newWidth * channels
        var result = [Float](repeating: 0, count: newHeight * line)
        for (row, share) in rows.enumerated() {
            for (offset, weight) in share.weights.enumerated() {
                let source = (share.first + offset) * line
                for place in 0..<line { result[row * line + place] += weight / 255 * wide[source + place] }
            }
        }
        return result
    }

    /// For each new place the old ones that it covers, and which part of it each of them is.
    private static func shares(from old: Int, to new: Int) -> [(first: Int, weights: [Float])] {
        let scale = Double(old) / Double(new)
        return (0..<new).map { place in
            let (start, end) = (Double(place) * scale, Double(place + 1) * scale)
            let first = min(old - 1, Int(start))
            let last = max(first, min(old - 1, Int(end.rounded(.up)) - 1))
            let weights = (first...last).map { max(0, min(end, Double($0 + 1)) - max(start, Double($0))) }
            let sum = weights.reduce(0, +)
            return (first, weights.map { Float($0 / sum) })
        }
    }
}
