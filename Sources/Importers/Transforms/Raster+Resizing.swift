extension Raster {
    /// Returns the image at another size as `[rows, columns, channels]` in 0…1.
    ///
    /// Each pixel is the mean of the area that it covers.
    func resized(width newWidth: Int, height newHeight: Int) -> [Float] {
        let channels = colours.rawValue
        if width % newWidth == 0, height % newHeight == 0 { return blocks(width / newWidth, height / newHeight) }
        let columns = Self.shares(from: width, to: newWidth)
        let rows = Self.shares(from: height, to: newHeight)
        // The mean over a rectangle is the mean of its rows' means, so the axes can be resized in
        // turn.
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

    /// Returns the means of blocks, which are exact but for one division.
    private func blocks(_ across: Int, _ down: Int) -> [Float] {
        let channels = colours.rawValue
        let columns = width / across
        var sums = [Int](repeating: 0, count: height / down * columns * channels)
        for row in 0..<height {
            for column in 0..<width {
                let target = (row / down * columns + column / across) * channels
                let source = (row * width + column) * channels
                for channel in 0..<channels { sums[target + channel] += Int(pixels[source + channel]) }
            }
        }
        return sums.map { Float($0) / Float(255 * across * down) }
    }

    /// Returns, for each new position, the old positions that it covers and their weights.
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
