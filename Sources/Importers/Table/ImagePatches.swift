import Multimodal

/// A column of image files: the image at one size for all, cut to square patches.
struct ImagePatches: ModalityEncoder {
    let description: ModalityDescription
    private let name: String
    private let column: Int
    private let patches: Patches
    private let colours: Raster.Colours
    /// The steps from pixels to those that patches are cut from; `nil` takes them as they are.
    private let transforms: ArrayTokens?

    /// Creates the encoder of a column.
    ///
    /// - Throws: `ConfigurationError` for a size that patches do not divide; `ReaderError` for a
    ///   column that the table lacks.
    init(_ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable) throws {
        self.name = name
        self.column = try raw.input(name)
        let side = column.patch ?? 8
        guard let size = column.size, size.count == 2, size.allSatisfy({ $0 % side == 0 }) else {
            throw ConfigurationError(
                file: raw.file, key: "columns.\(name).size",
                reason: "\(column.size ?? []), expected rows and columns that patches of \(side) × \(side) divide")
        }
        colours = column.colours == 1 ? .gray : .rgb
        patches = Patches(size: (1, size[0], size[1]), patch: (1, side, side), channels: colours.rawValue)
        transforms = try column.transforms.map { transforms in
            let shape = column.colours == 1 ? size : size + [3]
            guard let tokens = ArrayTokens(size: shape, transforms: transforms),
                tokens.axes + [tokens.channels] == shape
            else {
                throw ConfigurationError(
                    file: raw.file, key: "columns.\(name).transforms",
                    reason: "do not suit images of \(size[0]) rows and \(size[1]) columns, or change their size")
            }
            return tokens
        }
        description = ModalityDescription(
            kind: modality.kind ?? column.kind ?? .image, axes: patches.axes, channels: patches.width,
            patch: patches.sides,
            description: "images of column \(name) at \(size[1]) × \(size[0]) pixels in patches of \(side) × \(side); "
                + (colours == .gray ? "gray, 0–1" : "red, green, blue, 0–1"))
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        let raster = try samples.file(sample, column) { try ImageFile.raster(path: $0, as: colours) }
        guard let raster else { return nil }
        let pixels = raster.resized(width: patches.size.columns, height: patches.size.rows)
        return EncodedModality(values: patches.cut((transforms?.values(of: pixels) ?? pixels)[...]))
    }

    /// Completes a column by the sizes and colours of its images: their median size, in up to about
    /// 200 patches.
    ///
    /// - Throws: `ReaderError` naming a file that is not an image.
    static func fit(_ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int]) throws {
        var sizes = ImageSizes()
        for sample in kept {
            try samples.file(sample, index) { sizes.add(try ImageFile.header(path: $0)) }
        }
        sizes.complete(&column, patches: 196)
    }
}
