import Multimodal

extension Recipe {
    /// Sentiment of utterances in opinion videos.
    static let mosi = Recipe(
        name: "mosi",
        title: "positive or negative sentiment in opinion videos: text, voice and face of an utterance",
        source:
            "CMU-MOSI, features of utterances from "
            + "https://github.com/soujanyaporia/contextual-utterance-level-multimodal-sentiment-analysis",
        licence: "for research use",
        citation:
            "Zadeh, A., Zellers, R., Pincus, E., Morency, L.-P. MOSI: multimodal corpus of sentiment intensity and "
            + "subjectivity analysis in online opinion videos. 2016. arXiv:1606.06259",
        version: 3
    ) { recipe, request in
        // The published parts divide the 93 films; the first 62 are for training.
        let train = try MOSIUtterances(folder: request.source, part: "train", films: 1...62)
        let test = try MOSIUtterances(folder: request.source, part: "test", films: 63...93)
        let rows = train.divided(test)
        let source = [Split.train: train, .valid: test, .test: test]
        var description = recipe.description(
            modalities: MOSIUtterances.widths.reduce(into: [:]) { result, entry in
                result[entry.key] = ModalityDescription(
                    kind: entry.value.kind, axes: [1], channels: entry.value.width,
                    description: "published features of the utterance as a whole")
            },
            targets: ["sentiment": .classification(["negative", "positive"])],
            groups: [
                "film": GroupDescription(
                    description: "number of the film; each split has films of its own", disjoint: true)
            ]
        )
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
        description.encoding = .files(
            description.modalities.mapValues { .arrays($0.axes + [$0.channels], $0.kind) }, layouts: layouts)
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                guard let utterances = source[split] else { preconditionFailure("all splits have a source") }
                let index = rows[split, default: []][row]
                return Sample(
                    inputs: utterances.features.mapValues { $0[index] },
                    targets: ["sentiment": [Double(utterances.labels[index])]],
                    groups: ["film": utterances.films[index]])
            }
        ]
    }
}

/// The features of one published part: one file per modality, whose last column is the label.
private struct MOSIUtterances {
    static let widths: [String: (kind: ModalityKind, width: Int)] = [
        "text": (.text, 100), "audio": (.audio, 73), "video": (.video, 100),
    ]

    let features: [String: [[Float]]]
    let labels: [Int]
    /// The number of the film of each utterance.
    let films: [Int]

    init(folder: String, part: String, films: ClosedRange<Int>) throws {
        var features: [String: [[Float]]] = [:]
        var labels: [Int]?
        for (name, (_, width)) in Self.widths.sorted(by: { $0.key < $1.key }) {
            let path = "\(folder)/\(name)/\(name)_\(part)0.csv"
            let table = try CSVTable(path: path, hasHeader: false)
            guard let first = table.rows.first, first.count == width + 1 else {
                let count = table.rows.first?.count ?? 0
                throw ReaderError(file: path, position: .line(1), reason: "\(count) columns, expected \(width + 1)")
            }
            let rows = try table.rows.indices.map { try table.numbers(ofRow: $0) }
            let found = try rows.enumerated().map { index, row in
                guard let label = row.last, label == 0 || label == 1 else {
                    throw ReaderError(
                        file: path, position: .line(index + 1), reason: "expected a label 0 or 1 in the last column")
                }
                return Int(label)
            }
            guard labels == nil || labels == found else {
                throw ReaderError(file: path, reason: "the labels differ from those of the other modalities")
            }
            labels = found
            features[name] = rows.map { row in row.dropLast().map { Float($0) } }
        }
        self.features = features
        self.labels = labels ?? []
        self.films = try Self.films(folder: folder, films: films, labels: self.labels)
    }

    /// Returns the film of each row of a part.
    ///
    /// The transcripts list the film of every utterance. Feature rows follow the same order, with
    /// all positive utterances first.
    ///
    /// - Throws: `ReaderError` unless the transcripts match the labels of the features.
    private static func films(folder: String, films: ClosedRange<Int>, labels: [Int]) throws -> [Int] {
        let path = "\(folder)/transcripts.csv"
        let table = try CSVTable(path: path, hasHeader: false)
        var rows: [Int: [Int]] = [:]
        for row in table.rows.indices {
            guard table.rows[row].count == 4, let film = Int(exactly: try table.number(row: row, column: 2)),
                let label = Int(exactly: try table.number(row: row, column: 3)), (0...1).contains(label)
            else {
                throw ReaderError(
                    file: path, position: .line(row + 1),
                    reason: "expected an identifier, a text, a film number, and 0 or 1")
            }
            if films.contains(film) { rows[label, default: []].append(film) }
        }
        let positive = rows[1, default: []]
        let negative = rows[0, default: []]
        guard labels == positive.map({ _ in 1 }) + negative.map({ _ in 0 }) else {
            throw ReaderError(
                file: path,
                reason:
                    "\(positive.count) positive and \(negative.count) negative utterances of films \(films.lowerBound) to "
                    + "\(films.upperBound), expected one per row of features, in the same order")
        }
        return positive + negative
    }

    /// Divides the rows: the published training part is the training split, the first quarter of
    /// the films of the published test part is for validation, and its other films are for test.
    ///
    /// The publisher's features of training rows come from networks that were fitted to the labels
    /// of those rows. A model therefore scores far better on a validation split of training rows
    /// than on new films, whatever it learns.
    func divided(_ test: MOSIUtterances) -> [Split: [Int]] {
        let films = Set(test.films).sorted()
        let validation = Set(films.prefix(max(1, films.count / 4)))
        return [
            .train: Array(labels.indices),
            .valid: test.films.indices.filter { validation.contains(test.films[$0]) },
            .test: test.films.indices.filter { !validation.contains(test.films[$0]) },
        ]
    }
}
