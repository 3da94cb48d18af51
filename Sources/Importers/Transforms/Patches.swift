/// Cuts pictures and films into patches, each of which becomes one token.
struct Patches {
    /// Frames, rows and columns of what is cut; one frame for a picture.
    let size: (frames: Int, rows: Int, columns: Int)
    /// Frames, rows and columns of a patch, each a divisor.
    let patch: (frames: Int, rows: Int, columns: Int)
    /// Numbers of a pixel.
    let channels: Int

    /// Patches along each axis that there is more than one frame, row or column of.
    var axes: [Int] {
        let counts = [size.frames / patch.frames, size.rows / patch.rows, size.columns / patch.columns]
        return size.frames == 1 ? Array(counts.dropFirst()) : counts
    }

    /// Frames, rows and columns of a patch, for each of the axes.
    var sides: [Int] {
        let sides = [patch.frames, patch.rows, patch.columns]
        return size.frames == 1 ? Array(sides.dropFirst()) : sides
    }

    /// Numbers of a patch.
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
