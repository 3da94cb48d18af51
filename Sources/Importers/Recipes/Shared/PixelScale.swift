/// The number by which stored pixels are divided to lie in 0…1.
struct PixelScale {
    /// 255, or 1 for pixels that already lie in 0…1.
    let divisor: Float

    /// Judges the scale by some of the pixels: floating-point numbers of at most 1 are not divided
    /// again, which is remarked.
    init(of sample: NumpyArray, remarks: ImportRemarks, name: String) {
        guard case .float = sample.element, let values = sample.floats(), let largest = values.max(), largest <= 1,
            largest > 0
        else {
            divisor = 255
            return
        }
        divisor = 1
        remarks.add(.accepted, 1, "array of pixels that lie in 0…1, not divided by 255: \(name)")
    }
}
