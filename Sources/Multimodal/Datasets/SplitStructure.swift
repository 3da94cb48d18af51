import Torch

/// The structure of a split's file: its tensors, checked against `dataset.json`.
struct SplitStructure {
    /// The number of rows.
    private(set) var rows = 0
    /// The conversions of tensors that are stored in another type or shape.
    private(set) var casts: [String: TensorCast] = [:]
    /// The names of tensors that `dataset.json` does not describe, which are ignored.
    private(set) var ignored: [String] = []

    private let file: SafetensorsFile
    private var described: [String] = []
    private var first: String?

    private static let numbers: Set<DType> = Set(DType.allCases)
    private static let wholeNumbers: Set<DType> = [.int64, .int32, .int16, .int8, .uint8, .bool]
    private static let roles = ["mask", "present", "target", "group"]

    /// Checks the names, types and shapes of all tensors.
    ///
    /// - Throws: `DatasetError` naming file, tensor and expectation.
    init(of file: SafetensorsFile, _ description: DatasetDescription) throws {
        self.file = file
        for (name, modality) in description.modalities.sorted(by: { $0.key < $1.key }) {
            try check(name, .float32, from: Self.numbers, [modality.axes + [modality.channels]], required: true)
            try checkFlags(TensorNames.mask(name), modality.axes)
            try checkFlags(TensorNames.present(name), [])
        }
        for (name, target) in description.targets.sorted(by: { $0.key < $1.key }) {
            let outputs = target.outputs
            let tensor = TensorNames.target(name)
            // A flag for each row, or for each of its labels or components.
            let perLabel = outputs > 1 && file.entries[TensorNames.labelled(name)]?.shape.last == outputs
            try checkFlags(TensorNames.labelled(name), perLabel && target.kind != .classification ? [outputs] : [])
            switch target.kind {
            case .classification: try check(tensor, .int64, from: Self.wholeNumbers, [[]], required: true)
            case .multilabel:
                if [.uint8, .bool].contains(file.entries[tensor]?.dtype) {
                    try check(tensor, .uint8, from: [.bool], [[outputs]], required: true)
                } else {
                    try check(tensor, .float32, from: Self.numbers, [[outputs]], required: true)
                }
            case .regression:
                try check(
                    tensor, .float32, from: Self.numbers, outputs == 1 ? [[], [1]] : [[outputs]], required: true)
            }
        }
        for name in (description.groups ?? [:]).keys.sorted() {
            try check(TensorNames.group(name), .int64, from: Self.wholeNumbers, [[]], required: true)
        }
        try ignoreOthers()
        guard first != nil, rows > 0 else { throw DatasetError(file: file.path, reason: "no rows") }
    }

    private mutating func checkFlags(_ name: String, _ axes: [Int]) throws {
        try check(name, .uint8, from: Self.numbers, [axes], required: false, isFlag: true)
    }

    /// Checks one tensor, and records a conversion if its type or shape differs but can be
    /// converted.
    private mutating func check(
        _ name: String, _ dtype: DType, from others: Set<DType>, _ shapes: [[Int]], required: Bool,
        isFlag: Bool = false
    ) throws {
        described.append(name)
        guard let entry = file.entries[name] else {
            guard required else { return }
            throw DatasetError(
                file: file.path, tensor: name, reason: "missing; \(Self.present(in: file, besides: name))")
        }
        guard entry.dtype == dtype || others.contains(entry.dtype) else {
            let advice = dtype == .int64 ? "; convert the labels with astype(numpy.int64)" : ""
            throw DatasetError(
                file: file.path, tensor: name,
                reason: "dtype \(entry.dtype.rawValue), expected \(dtype.rawValue)\(advice)")
        }
        let stored = Array(entry.shape.dropFirst())
        // An axis of length 1 at the end may be missing or additional.
        let shape = shapes.first { $0 == stored } ?? shapes.first { $0 + [1] == stored || $0 == stored + [1] }
        guard let count = entry.shape.first, let shape else {
            let expected = shapes.map { "[\((["N"] + $0.map(String.init)).joined(separator: ", "))]" }
            throw DatasetError(
                file: file.path, tensor: name,
                reason: "shape \(entry.shape), expected \(expected.joined(separator: " or "))")
        }
        if let first, rows != count {
            throw DatasetError(file: file.path, tensor: name, reason: "\(count) rows, but '\(first)' has \(rows)")
        }
        (rows, first) = (count, first ?? name)
        let isStoredAsFlag = entry.dtype == .bool && dtype == .uint8
        if shape != stored || entry.dtype != dtype && !isStoredAsFlag {
            casts[name] = TensorCast(stored: entry, dtype: dtype, shape: [count] + shape, isFlag: isFlag)
        }
    }

    private static func present(in file: SafetensorsFile, besides name: String) -> String {
        if let match = ClosestName.match(for: name, among: file.entries.keys) { return "there is '\(match)'" }
        let names = file.entries.keys.sorted()
        return "the file has " + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }

    /// Ignores tensors that are not described, unless their names look like misspelt ones.
    private mutating func ignoreOthers() throws {
        let others = Set(file.entries.keys).subtracting(described)
        for name in others.sorted() {
            let role = name.split(separator: "/").first.map(String.init) ?? ""
            let isRole = name.contains("/") && ClosestName.match(for: role, among: Self.roles) != nil
            let close = ClosestName.match(for: name, among: described.filter { file.entries[$0] == nil })
            guard isRole || close != nil else { continue }
            throw DatasetError(
                file: file.path, tensor: name,
                reason: "not described in \(DatasetDescription.fileName)"
                    + (close.map { ", did you mean '\($0)'?" } ?? ""))
        }
        ignored = others.sorted()
    }
}
