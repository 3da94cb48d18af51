import Multimodal

extension Recipe {
    /// Mean ratings of the visual appeal of web pages, from screenshots.
    static let websiteAesthetics = Recipe(
        name: "website-aesthetics",
        title: "mean ratings of the visual appeal of web pages, from screenshots",
        source: "https://github.com/calista-ai/website-aesthetics-datasets",
        licence: "ratings CC BY-NC-SA 3.0; the screenshots belong to the pages' owners",
        citation:
            "Reinecke, K., Gajos, K. Z. Quantifying visual preferences around the world. CHI 2014. "
            + "doi:10.1145/2556288.2557052; Delitzas, A., Chatzidimitriou, K. C., Symeonidis, A. L. Calista. IJHCS 175, 2023",
        version: 2
    ) { recipe, request in
        let train = try RatedPages(list: "\(request.source)/train_means_list.csv", folder: "\(request.source)/resized")
        let test = try RatedPages(list: "\(request.source)/test_list.csv", folder: "\(request.source)/resized")
        let rows = train.divided(test, purpose: recipe.name)
        var description = recipe.description(
            modalities: ["page": RatedPages.modality],
            targets: ["appeal": .regression(description: "mean rating, standardised by the training rows")])
        description.encoding = .files(["page": RatedPages.column], layouts: [:])
        let ratings = train.statistics(of: rows[.train, default: []])
        description.targets["appeal"] = .regression(
            description: "(mean rating, 1–9, − \(ratings.mean[0])) / \(ratings.deviation[0])")
        description.modalities["page"]?.statistics = try train.pixelStatistics(of: rows[.train, default: []])
        return [
            try request.write(description, layouts: [:], rows: rows.mapValues(\.count)) { split, row in
                let pages = split == .test ? test : train
                let source = rows[split, default: []][row]
                return Sample(
                    inputs: ["page": try pages.patches(of: source)],
                    targets: ["appeal": [(pages.ratings[source] - ratings.mean[0]) / ratings.deviation[0]]])
            }
        ]
    }
}

/// One published list of pages with their ratings.
private struct RatedPages {
    private static let width = 256
    private static let height = 192
    private static let patches = Patches(size: (1, 96, 128), patch: (1, 8, 8), channels: 3)

    static let modality = ModalityDescription(
        kind: .image, axes: patches.axes, channels: patches.width, patch: patches.sides,
        description: "screenshot of 128 × 96 pixels in patches of 8 × 8; red, green, blue, 0–1")

    /// The column of a table of screenshots, which are read in the same way.
    static let column: TableColumn = {
        var column = TableColumn(.image)
        (column.size, column.patch, column.colours) = ([96, 128], 8, 3)
        return column
    }()

    let ratings: [Double]
    private let files: [String]

    init(list: String, folder: String) throws {
        let table = try CSVTable(path: list, hasHeader: true)
        let image = try table.column("image")
        let score = try table.column("mean_score")
        ratings = try table.rows.indices.map { try table.number(row: $0, column: score) }
        files = try table.rows.map { row in
            let parts = row[image].split(separator: "/")
            guard !parts.isEmpty, !parts.contains("..") else {
                throw ReaderError(file: list, reason: "'\(row[image].prefix(60))', expected a file within \(folder)")
            }
            return "\(folder)/\(parts.joined(separator: "/"))"
        }
        guard !files.isEmpty else { throw ReaderError(file: list, reason: "no pages, expected at least one") }
    }

    /// Divides the pages: the published test list is the test split, and a share of the training
    /// list is for validation.
    func divided(_ test: RatedPages, purpose: String) -> [Split: [Int]] {
        // Pages of one language resemble each other, so each language contributes the same share.
        let strata = files.map { $0.contains("/foreign_resized/") ? 1 : 0 }
        var rows = SplitRows(strata: strata, valid: 0.15, test: 0, purpose: purpose).rows
        rows[.test] = Array(test.files.indices)
        return rows
    }

    /// Returns the mean and standard deviation of the ratings of some rows.
    func statistics(of rows: [Int]) -> Standardisation {
        let single = ModalityDescription(kind: .table, axes: [1], channels: 1)
        var running = RunningStatistics(scope: .channel, modality: single)
        for row in rows { running.add([Float(ratings[row])], valid: nil) }
        return running.statistics
    }

    /// Returns one mean and standard deviation for all pixels and colours of some rows.
    ///
    /// - Throws: `ReaderError` for a screenshot that cannot be read or has another size.
    func pixelStatistics(of rows: [Int]) throws -> Standardisation {
        let elements = ModalityDescription(kind: .image, axes: [Self.modality.elements], channels: 1)
        var running = RunningStatistics(scope: .channel, modality: elements)
        for row in rows { running.add(try patches(of: row), valid: nil) }
        return running.statistics.repeated(channels: Self.modality.channels)
    }

    /// Returns the patches of a screenshot at half resolution.
    ///
    /// - Throws: `ReaderError` for a screenshot that cannot be read or has another size.
    func patches(of row: Int) throws -> [Float] {
        let raster = try ImageFile.raster(path: files[row], as: .rgb)
        guard raster.width == Self.width, raster.height == Self.height else {
            throw ReaderError(
                file: files[row],
                reason: "\(raster.width) × \(raster.height) pixels, expected \(Self.width) × \(Self.height)")
        }
        return Self.patches.cut(raster.halved()[...])
    }
}
