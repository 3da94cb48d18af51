extension Raster {
    /// Returns the image at half its width and height as `[rows, columns, channels]` in 0…1.
    ///
    /// Each pixel is the mean of four. An odd last row or column is dropped.
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
