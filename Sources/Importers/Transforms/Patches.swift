/// Cuts images and videos into patches; each patch becomes one token.
struct Patches {
    /// The frames, rows and columns of the input; an image has one frame.
    let size: (frames: Int, rows: Int, columns: Int)
    /// The frames, rows and columns of a patch; each must divide the input's.
    let patch: (frames: Int, rows: Int, columns: Int)
    /// The number of values per pixel.
    let channels: Int

    /// The number of patches along each axis, without the frame axis of an image.
    var axes: [Int] {
        let counts = [size.frames / patch.frames, size.rows / patch.rows, size.columns / patch.columns]
        return size.frames == 1 ? Array(counts.dropFirst()) : counts
    }

    /// The size of a patch along each of the axes.
    var sides: [Int] {
        let sides = [patch.frames, patch.rows, patch.columns]
        return size.frames == 1 ? Array(sides.dropFirst()) : sides
    }

    /// The number of values per patch.
    var width: Int { patch.frames * patch.rows * patch.columns * channels }

    /// Rearranges `[frames, rows, columns, channels]` into `[axes…, width]`.
    func cut(_ pixels: ArraySlice<Float>) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(pixels.count)
        for frame in stride(from: 0, to: size.frames, by: patch.frames) {
            for row in stride(from: 0, to: size.rows, by: patch.rows) {
                for column in stride(from: 0, to: size.columns, by: patch.columns) {
                    for innerFrame in frame..<frame + patch.frames {
                        for innerRow in row..<row + patch.rows {
                            let line = (innerFrame * size.rows + innerRow) * size.columns + column
                            let start = pixels.startIndex + line * channels
                            result.append(contentsOf: pixels[start..<start + patch.columns * channels])
                        }
                    }
                }
            }
        }
        return result
    }
}
