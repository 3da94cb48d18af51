extension Raster {
    /// The image in gray: the luma of ITU-R 601, as Pillow's `convert("L")` computes it.
    var gray: Raster {
        guard colours == .rgb else { return self }
        let values = (0..<width * height).map { pixel -> UInt8 in
            let red = Int(pixels[3 * pixel]) * 19595
            let green = Int(pixels[3 * pixel + 1]) * 38470
            let blue = Int(pixels[3 * pixel + 2]) * 7471
            return UInt8((red + green + blue + 0x8000) >> 16)
        }
        return Raster(width: width, height: height, colours: .gray, pixels: values) ?? self
    }
}
