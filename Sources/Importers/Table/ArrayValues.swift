import Multimodal

/// A column of array files: steps, or a grid, of channels.
///
/// Arrays may differ in the length of the first axis. Tokens with a value that is not finite are
/// not valid.
struct ArrayValues: ModalityEncoder {
    /// The limit of steps.
    private static let limit = 4096

    let description: ModalityDescription
    private let name: String
    private let column: Int
    private let size: [Int]
    private let range: ValueRange
    /// The steps to tokens; `nil` takes the values as they are.
    private let tokens: ArrayTokens?

    /// Creates the encoder of a column.
    ///
    /// - Throws: `ConfigurationError` for a column without a size; `ReaderError` for a column that
    ///   the table lacks.
    init(_ name: String, _ column: TableColumn, _ modality: TableModality, _ raw: RawTable) throws {
        guard let size = column.size, size.count > 1 else {
            throw ConfigurationError(
                file: raw.file, key: "columns.\(name).size", reason: "missing, expected axes and channels")
        }
        self.name = name
        self.column = try raw.input(name)
        self.size = size
        range = ValueRange(column.range)
        let kind = modality.kind ?? column.kind ?? (size.count == 2 ? .timeSeries : .image)
        let text = "arrays of column \(name)"
        tokens = try column.transforms.map { transforms in
            guard let tokens = ArrayTokens(size: size, transforms: transforms) else {
                throw ConfigurationError(
                    file: raw.file, key: "columns.\(name).transforms", reason: "do not suit arrays of the size \(size)")
            }
            return tokens
        }
        description =
            tokens?.description(kind, text)
            ?? ModalityDescription(
                kind: kind, axes: Array(size.dropLast()), channels: size[size.count - 1], description: text)
    }

    func encoded(_ sample: Int, of samples: TableSamples, tally: inout TableTally) throws -> EncodedModality? {
        let content = try samples.file(sample, column) { path in
            let array = try ArrayFile.content(path: path)
            // A vector is one step if one is wanted.
            let shape = array.shape.count == 1 && size[0] == 1 ? [1] + array.shape : Self.shape(array)
            guard shape.dropFirst() == size.dropFirst(), tokens == nil || shape[0] == size[0] else {
                throw ReaderError(
                    file: path,
                    reason: "shape \(array.shape), expected \(size)"
                        + (tokens == nil ? " or another length of its first axis" : ""))
            }
            return (array, shape)
        }
        guard let (array, shape) = content else { return nil }
        if shape[0] > size[0] { tally.add(.cut, name) }
        if let tokens { return counted(tokens.values(of: array.values), raw: array.values, tally: &tally) }
        let taken = Array(array.values.prefix(size.reduce(1, *)))
        return counted(taken, raw: taken, tally: &tally)
    }

    /// Fills up values that end early, and marks the tokens whose values are all finite.
    private func counted(_ values: [Float], raw: [Float], tally: inout TableTally) -> EncodedModality? {
        let (tokens, channels) = (description.tokens, description.channels)
        var values = values
        var valid = [Bool](repeating: false, count: tokens)
        for token in 0..<values.count / channels {
            valid[token] = values[token * channels..<(token + 1) * channels].allSatisfy(\.isFinite)
        }
        for token in valid.indices where !valid[token] && (token + 1) * channels <= values.count {
            tally.add(.infinite, name)
            for place in token * channels..<(token + 1) * channels { values[place] = 0 }
        }
        if raw.contains(where: { $0.isFinite && range.isFar(Double($0)) }) { tally.add(.farOutside, name) }
        values.append(contentsOf: repeatElement(0, count: tokens * channels - values.count))
        guard valid.contains(true) else { return nil }
        return EncodedModality(values: values, valid: valid.contains(false) ? valid : nil)
    }

    /// The axes and channels of an array; a single axis has one channel.
    private static func shape(_ array: ArrayFile.Content) -> [Int] {
        array.shape.count < 2 ? [array.shape.first ?? 1, 1] : array.shape
    }

    /// Completes a column by the shapes of its arrays and the range of the training rows.
    ///
    /// - Throws: `ReaderError` naming a file that has no array, or whose shape does not suit the
    ///   others.
    static func fit(
        _ column: inout TableColumn, _ index: Int, _ samples: TableSamples, kept: [Int], training: [Int]
    ) throws {
        let training = Set(training)
        var size = column.size
        var range = ValueRange()
        for sample in kept {
            let content = try samples.file(sample, index) { path in
                let array = try ArrayFile.content(path: path)
                let shape = shape(array)
                guard shape.count <= 9, size == nil || size?.dropFirst() == shape.dropFirst() else {
                    throw ReaderError(
                        file: path, reason: "shape \(array.shape), but other arrays of the column have \(size ?? [])")
                }
                return (array, shape)
            }
            guard let (array, shape) = content else { continue }
            if column.size == nil { size = [min(limit, max(size?[0] ?? 1, shape[0]))] + shape.dropFirst() }
            guard training.contains(sample) else { continue }
            for value in array.values where value.isFinite { range.add(Double(value)) }
        }
        column.size = size
        column.range = range.bounds
    }
}
