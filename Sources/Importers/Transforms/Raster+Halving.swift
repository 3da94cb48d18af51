extension Raster {
    /// The picture at half its width and height, each pixel the mean of four, as `[rows, columns, channels]` in 0…1; an
    /// odd last row or column is left out.
    func halved() -> [Float] {
        let channels = colours.rawValue
        var result: [Float] = []
        result.reserveCapacity(pixels.count / 4)
        for row in 0..<height / 2 {
            for column in 0..<width / 2 {
                for channel in 0..<channels {
                    let first = (row * 2 * width + column * 2) * channels + channel
                    let below = first + width * channels
                    let sum =
                        Int(pixels[first]) + Int(pixels[first + channels]) + Int(pixels[below])
                        + Int(pixels[below + channels])
                    result.append(Float(sum) / 1020)
                }
            }
        }
        return result
    }
}
