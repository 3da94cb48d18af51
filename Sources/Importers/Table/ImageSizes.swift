import Multimodal

/// The sizes and colours of images, which decide on the size that all get.
struct ImageSizes {
    private var widths: [Int] = []
    private var heights: [Int] = []
    private var isGray = true

    /// Adds an image.
    mutating func add(_ header: ImageFile.Header) {
        widths.append(header.width)
        heights.append(header.height)
        isGray = isGray && header.colours == .gray
    }

    /// Completes a column: the median size, in up to about a number of patches.
    func complete(_ column: inout TableColumn, patches: Double) {
        guard !widths.isEmpty else { return }
        column.colours = column.colours ?? (isGray ? 1 : 3)
        let (width, height) = (widths.sorted()[widths.count / 2], heights.sorted()[heights.count / 2])
        let side = column.patch ?? (max(width, height) <= 32 ? 4 : 8)
        column.patch = side
        guard column.size == nil else { return }
        let scale = min(1, (patches * Double(side * side) / Double(width * height)).squareRoot())
        column.size = [height, width].map { length in
            max(1, Int((Double(length) * scale / Double(side)).rounded())) * side
        }
    }
}
