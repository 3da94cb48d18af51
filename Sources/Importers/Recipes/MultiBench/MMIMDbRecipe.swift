import Multimodal

extension Recipe {
    /// Genres of films, from plot and poster.
    static let mmimdb = Recipe(
        name: "mm-imdb",
        title: "genres of films, from plot and poster (MM-IMDb)",
        source: "https://github.com/johnarevalo/gmu-mmimdb (multimodal_imdb.hdf5)",
        licence: "as its publishers say",
        citation: "Arevalo, J. et al. Gated multimodal units for information fusion. 2017. arXiv:1702.01992",
        version: 2
    ) { recipe, request in
        let films = try Films(path: "\(request.source)/multimodal_imdb.hdf5", remarks: request.remarks)
        let description = recipe.description(
            modalities: films.modalities, targets: ["genres": .multilabel((0..<Films.genres).map { "genre \($0)" })])
        let layouts = ["text": DatasetWriter.Layout(standardisation: .channel)]
        return [
            try request.write(description, layouts: layouts, rows: films.rows.mapValues(\.count)) { split, row in
                try films.sample((films.rows[split]?.lowerBound ?? 0) + row)
            }
        ]
    }
}

/// The films of a file. The published parts are ranges of rows.
struct Films {
    static let genres = 23
    /// The row at which each published part ends.
    static let published = [15_552, 18_160, 25_959]
    private static let words = 300
    private static let patch = 16

    let rows: [Split: Range<Int>]
    private let path: String
    private let features: HDF5Dataset
    private let images: HDF5Dataset
    private let labels: HDF5Dataset
    private let scale: PixelScale

    init(path: String, parts published: [Int] = published, remarks: ImportRemarks = ImportRemarks()) throws {
        self.path = path
        let file = try HDF5File(path: path)
        features = try file.dataset("features")
        images = try file.dataset("images")
        labels = try file.dataset("genres")
        let count = features.shape.first ?? 0
        let shape = images.shape
        guard features.shape == [count, Self.words], labels.shape == [count, Self.genres], shape.count == 4,
            shape[0] == count, shape[1] == 3, shape[2] >= Self.patch, shape[3] >= Self.patch,
            shape[2] % Self.patch == 0, shape[3] % Self.patch == 0
        else {
            throw ReaderError(
                file: path,
                reason: "features \(features.shape), images \(shape), genres \(labels.shape); expected [N, 300], "
                    + "[N, 3, H, W] with H and W multiples of 16, [N, 23]")
        }
        let total = published.last ?? 1
        guard published.count == 3, count >= 10 || count == total else {
            throw ReaderError(file: path, reason: "\(count) films, expected \(total), or at least 10 of them")
        }
        // A part of the films is divided in the published proportions.
        let parts = count == total ? published : published.map { $0 * count / total }
        if count != total {
            remarks.add(
                .accepted, count,
                "films in place of \(total), divided in the published proportions, not in the "
                    + "published parts")
        }
        scale = PixelScale(of: try images.array(rows: 0..<min(count, 32)), remarks: remarks, name: "images")
        rows = [.train: 0..<parts[0], .valid: parts[0]..<parts[1], .test: parts[1]..<parts[2]]
    }

    private var patches: Patches {
        Patches(size: (1, images.shape[2], images.shape[3]), patch: (1, Self.patch, Self.patch), channels: 3)
    }

    var modalities: [String: ModalityDescription] {
        [
            "text": ModalityDescription(kind: .text, axes: [1], channels: Self.words, description: "of the plot"),
            "image": ModalityDescription(
                kind: .image, axes: patches.axes, channels: patches.width, patch: patches.sides,
                description: "poster in patches of 16 × 16 pixels, over 255"),
        ]
    }

    func sample(_ row: Int) throws -> Sample {
        guard let text = try features.array(rows: row..<row + 1).floats(),
            let planes = try images.array(rows: row..<row + 1).floats(),
            let genres = try labels.array(rows: row..<row + 1).doubles()
        else { throw ReaderError(file: path, reason: "film \(row): expected numbers") }
        for (name, values) in [("features", text), ("images", planes)] {
            guard let bad = values.first(where: { !$0.isFinite }) else { continue }
            throw ReaderError(file: path, reason: "'\(name)': \(bad) in film \(row), expected finite numbers")
        }
        if let bad = genres.first(where: { $0 != 0 && $0 != 1 }) {
            throw ReaderError(file: path, reason: "'genres': \(bad) in film \(row), expected 0 or 1")
        }
        // The file stores one plane per colour; patches interleave the colours of a pixel.
        let pixels = planes.count / 3
        let mixed = (0..<planes.count).map { planes[$0 % 3 * pixels + $0 / 3] / scale.divisor }
        return Sample(inputs: ["text": text, "image": patches.cut(mixed[...])], targets: ["genres": genres])
    }
}
