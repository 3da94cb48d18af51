import Files
import Foundation
import Multimodal

/// A column of folders with the frames of a video: evenly spaced frames, cut to square patches.
struct VideoFrames: ModalityEncoder {
    /// The limit of frames.
    private static let limit = 16

    let description: ModalityDescription
    private let name: String
    private let column: Int
    private let patches: Patches
    private let colours: Raster.Colours

    /// Creates the encoder of a column.
    ///
    /// - Throws: `ConfigurationError` for a size that patches do not divide; `ReaderError` for a
    ///   column that the table lacks.
    init(_ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable) throws {
        self.name = name
        self.column = try raw.input(name)
        let side = column.patch ?? 8
        guard let size = column.size, size.count == 3, size[1] % side == 0, size[2] % side == 0 else {
            throw ConfigurationError(
                file: raw.file, key: "columns.\(name).size",
                reason:
                    "\(column.size ?? []), expected frames, rows and columns that patches of \(side) × \(side) divide")
        }
        colours = column.colours == 1 ? .gray : .rgb
        patches = Patches(size: (size[0], size[1], size[2]), patch: (1, side, side), channels: colours.rawValue)
        description = ModalityDescription(
            kind: modality.kind ?? column.kind ?? .video, axes: [size[0], size[1] / side, size[2] / side],
            channels: patches.width, patch: [1, side, side],
            description: "\(size[0]) frames of column \(name) at \(size[2]) × \(size[1]) pixels in patches of "
                + "\(side) × \(side); " + (colours == .gray ? "gray, 0–1" : "red, green, blue, 0–1"))
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        let (frames, rows, columns) = patches.size
        let shown = try samples.file(sample, column) { folder in
            let files = try Self.frames(folder)
            let chosen = files.count <= frames ? files : (0..<frames).map { files[$0 * files.count / frames] }
            if chosen.count < files.count { tally.add(.cut, name) }
            return try chosen.map {
                try ImageFile.raster(path: $0, as: colours).resized(width: columns, height: rows)
            }
        }
        guard let shown else { return nil }
        var pixels = shown.flatMap { $0 }
        let frame = rows * columns * colours.rawValue
        pixels.append(contentsOf: repeatElement(0, count: frames * frame - pixels.count))
        let tokens = description.tokens / frames
        return EncodedModality(
            values: patches.cut(pixels[...]), valid: (0..<description.tokens).map { $0 / tokens < shown.count })
    }

    /// Returns the images of a folder in the order of their numbers.
    private static func frames(_ folder: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw FileError(path: folder, reason: "is not a folder with the frames of a video")
        }
        let images = names.filter {
            !$0.hasPrefix(".") && ImageFile.endings.contains(($0 as NSString).pathExtension.lowercased())
        }
        guard !images.isEmpty else { throw ReaderError(file: folder, reason: "holds no images, expected frames") }
        func number(_ name: String) -> Int { Int(name.filter { $0.isASCII && $0.isNumber }.suffix(12)) ?? 0 }
        return images.sorted { (number($0), $0) < (number($1), $1) }.map { "\(folder)/\($0)" }
    }

    /// Completes a column by the number, the sizes and the colours of frames.
    ///
    /// - Throws: `FileError` or `ReaderError` naming a folder or a file that cannot be read.
    static func fit(_ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int]) throws {
        var first = TableColumn(.image)
        (first.patch, first.colours) = (column.patch, column.colours)
        var longest = 1
        var sizes = ImageSizes()
        for sample in kept {
            try samples.file(sample, index) { folder in
                let files = try frames(folder)
                longest = max(longest, files.count)
                sizes.add(try ImageFile.header(path: files[0]))
            }
        }
        // A quarter of the patches of a single image, since there are several.
        sizes.complete(&first, patches: 49)
        (column.patch, column.colours) = (first.patch, first.colours)
        if column.size == nil, let size = first.size { column.size = [min(longest, limit)] + size }
    }
}
