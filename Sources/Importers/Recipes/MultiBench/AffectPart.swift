import Multimodal

/// The arrays of one part of an affect file, train, valid or test, under any of the names in use.
struct AffectPart {
    private static let names: [String: [String]] = [
        "train": ["train", "training"], "valid": ["valid", "val", "dev", "validation"], "test": ["test", "testing"],
        "vision": ["vision", "visual", "video", "facet"], "audio": ["audio", "acoustic", "covarep"],
        "text": ["text", "language", "words", "glove"],
        "labels": ["labels", "label", "regression_labels", "sentiment", "y"],
    ]

    /// The arrays of vision, audio and text, `[N, T, width]`.
    let arrays: [String: NumpyArray]
    /// The label of each row; NaN where it is unknown.
    let labels: [Double]

    /// Finds the arrays of a part.
    ///
    /// - Throws: `ReaderError` naming the part, the array, what it is and what was expected.
    init(_ content: PickleValue, split: Split, path: String, classes: Int?) throws {
        func failure(_ reason: String) -> ReaderError {
            ReaderError(file: path, reason: "'\(split.rawValue)': \(reason)")
        }
        guard let part = Self.value(split.rawValue, of: content), !part.keys.isEmpty else {
            throw ReaderError(
                file: path, reason: "expected a dictionary with the parts train, valid and test; " + Self.keys(content))
        }
        func array(_ name: String) throws -> NumpyArray {
            guard let value = Self.value(name, of: part) else {
                throw failure("no '\(name)', expected vision, audio, text and labels; \(Self.keys(part))")
            }
            do {
                return try value.numbers()
            } catch {
                throw failure("'\(name)' \(error.text)")
            }
        }
        let labels = try array("labels")
        let count = labels.shape.first ?? 0
        var arrays: [String: NumpyArray] = [:]
        for name in AffectFile.kinds.keys.sorted() {
            let found = try array(name)
            guard found.shape.count == 3, found.shape[0] == count, found.shape[1] > 0, found.shape[2] > 0 else {
                throw failure("'\(name)' has shape \(found.shape), expected [\(count), T, width], as many as labels")
            }
            arrays[name] = found
        }
        guard Set(arrays.values.map { $0.shape[1] }).count == 1 else {
            let lengths = arrays.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.shape[1])" }
            throw failure(
                "lengths differ: \(lengths.joined(separator: ", ")) steps; expected features that are aligned to words")
        }
        self.arrays = arrays
        self.labels = try Self.labels(labels, classes: classes).get(failure)
    }

    private enum Labels {
        case found([Double])
        case refused(String)

        func get(_ failure: (String) -> ReaderError) throws -> [Double] {
            switch self {
            case .found(let values): return values
            case .refused(let reason): throw failure(reason)
            }
        }
    }

    /// Returns one label per row. Of one-hot rows it is the index of the one.
    private static func labels(_ array: NumpyArray, classes: Int?) -> Labels {
        let values = array.doubles() ?? []
        let rows = array.shape.first ?? 0
        let width = rows > 0 ? values.count / rows : 1
        guard width != 1 else { return .found(values) }
        let isOneHot = (0..<rows).allSatisfy { row in
            let numbers = values[row * width..<(row + 1) * width]
            return numbers.count { $0 == 1 } == 1 && numbers.count { $0 == 0 } == width - 1
        }
        guard isOneHot, width == 2 else {
            return .refused(
                "'labels' has shape \(array.shape), expected one number per row, or two of which one is 1 and the other 0; "
                    + "keep the column of the label")
        }
        // The class counts from 0; a score is positive for the second class.
        return .found((0..<rows).map { values[$0 * 2 + 1] == 1 ? 1 : classes == nil ? -1 : 0 })
    }

    private static func value(_ name: String, of content: PickleValue) -> PickleValue? {
        let keys = content.keys
        for alias in names[name] ?? [name] {
            if let key = keys.first(where: { $0.lowercased() == alias }) { return content[key] }
        }
        return nil
    }

    private static func keys(_ content: PickleValue) -> String {
        guard !content.keys.isEmpty else { return "it is not a dictionary with names" }
        let keys = content.keys
        return "it has " + keys.prefix(12).joined(separator: ", ") + (keys.count > 12 ? ", …" : "")
    }
}
