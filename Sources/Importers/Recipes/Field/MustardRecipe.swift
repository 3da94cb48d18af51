import Files
import Foundation
import Multimodal
import Torch

extension Recipe {
    /// Sarcasm in television series, from an utterance and its dialogue context.
    static let mustard = Recipe(
        name: "mustard",
        title: "sarcasm in television series: an utterance and its dialogue context",
        source: "MUStARD, https://github.com/soujanyaporia/MUStARD",
        licence: "MIT",
        citation:
            "Castro, S., Hazarika, D., Pérez-Rosas, V., Zimmermann, R., Mihalcea, R., Poria, S. Towards multimodal sarcasm "
            + "detection (an obviously perfect paper). ACL 2019. doi:10.18653/v1/P19-1455",
        version: 2
    ) { recipe, request in
        let dialogues = try MustardDialogues(folder: request.source)
        let splits = try dialogues.splits(folder: request.source, purpose: recipe.name)
        let words = HashedSubwords(width: 128)
        let lengths = [
            "utterance": dialogues.utterances.map(\.count).max() ?? 1,
            "context": dialogues.contexts.map(\.count).max() ?? 1,
        ]
        var description = recipe.description(
            modalities: lengths.mapValues { length in
                ModalityDescription(
                    kind: .text, axes: [length], channels: words.width,
                    description: "words and marks, as sums of fixed random vectors of their parts")
            },
            targets: ["sarcasm": .classification(["sincere", "sarcastic"])],
            groups: [
                "show": GroupDescription(description: "the series; the published fold mixes them", disjoint: false),
                "speaker": GroupDescription(description: "who speaks; the published fold mixes them", disjoint: false),
            ]
        )
        let layouts = lengths.mapValues { _ in DatasetWriter.Layout(isMasked: true, isOptional: true) }
        description.encoding = .files(
            lengths.mapValues { length in
                var text = TableColumn(.text)
                text.size = [length]
                return text
            }, layouts: layouts)
        func tokens(_ text: [String], length: Int) -> (values: [Float], valid: [Bool]) {
            let values = text.flatMap { words.vector(of: $0) }
            let padding = [Float](repeating: 0, count: length * words.width - values.count)
            return (values + padding, (0..<length).map { $0 < text.count })
        }
        return [
            try request.write(description, layouts: layouts, rows: splits.counts) { split, row in
                let source = splits.source(split, row)
                let texts = ["utterance": dialogues.utterances[source], "context": dialogues.contexts[source]]
                let encoded = texts.filter { !$0.value.isEmpty }.reduce(into: [:]) {
                    $0[$1.key] = tokens($1.value, length: lengths[$1.key] ?? 1)
                }
                return Sample(
                    inputs: encoded.mapValues(\.values), valid: encoded.mapValues(\.valid),
                    targets: ["sarcasm": [dialogues.isSarcastic[source] ? 1 : 0]],
                    groups: ["show": dialogues.shows[source], "speaker": dialogues.speakers[source]])
            }
        ]
    }
}

/// The annotated dialogues, in file order. The published folds refer to positions in that order.
private struct MustardDialogues {
    private struct Entry: Decodable {
        let utterance: String
        let context: [String]
        let sarcasm: Bool
        let show: String
        let speaker: String
    }

    let utterances: [[String]]
    let contexts: [[String]]
    let isSarcastic: [Bool]
    /// The number of each utterance's series, in the order of the sorted names.
    let shows: [Int]
    /// The number of each utterance's speaker. Equal names in different series are different
    /// speakers.
    let speakers: [Int]

    init(folder: String) throws {
        let path = "\(folder)/sarcasm_data.json"
        let entries: [String: Entry] = try Self.decoded(path)
        let order = JSONKeyOrder(try ByteRegion(path: path).copied()).keys
        guard order.count == entries.count, !order.isEmpty else {
            throw ReaderError(
                file: path, reason: "\(order.count) keys, \(entries.count) of them distinct, expected distinct keys")
        }
        let ordered = order.compactMap { entries[$0] }
        utterances = ordered.map { HashedSubwords.words(of: $0.utterance) }
        contexts = ordered.map { $0.context.flatMap { HashedSubwords.words(of: $0) } }
        isSarcastic = ordered.map(\.sarcasm)
        shows = Self.numbers(of: ordered.map { [$0.show] })
        speakers = Self.numbers(of: ordered.map { [$0.show, $0.speaker] })
    }

    private static func numbers(of names: [[String]]) -> [Int] {
        let sorted = Set(names).sorted { $0.lexicographicallyPrecedes($1) }
        let numbers = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($0.element, $0.offset) })
        return names.map { numbers[$0] ?? 0 }
    }

    /// Divides the utterances by published fold 0, with a share of its training rows for
    /// validation.
    ///
    /// - Throws: `ReaderError` unless the fold divides all utterances in two.
    func splits(folder: String, purpose: String) throws -> SplitRows {
        let path = "\(folder)/split_indices.json"
        let folds: [[[Int]]] = try Self.decoded(path)
        guard let fold = folds.first, fold.count == 2,
            fold[0].count + fold[1].count == utterances.count,
            Set(fold[0] + fold[1]) == Set(utterances.indices)
        else {
            throw ReaderError(
                file: path, reason: "expected folds that divide \(utterances.count) utterances in two parts")
        }
        let division = SplitRows(
            strata: fold[0].map { isSarcastic[$0] ? 1 : 0 }, valid: 0.15, test: 0, purpose: purpose)
        var rows = division.rows.mapValues { $0.map { fold[0][$0] } }
        rows[.test] = fold[1]
        return SplitRows(rows)
    }

    private static func decoded<Value: Decodable>(_ path: String) throws -> Value {
        let region = try ByteRegion(path: path)
        try region.checkText("JSON text", file: path)
        let bytes = region.copied()
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw ReaderError(file: path, reason: "not the expected JSON: \(error.oneLine)")
        }
    }
}
