import Files
import Torch

/// Writes a dataset row by row: statistics of the training rows first, then all splits, standardised by them.
///
/// Rows are asked for when they are needed and never kept, so a dataset may be larger than memory. The folder appears
/// under its name only once it is complete and opens without complaint.
public struct DatasetWriter {
    /// How one modality is written.
    public struct Layout: Hashable, Sendable {
        /// What one mean and deviation belongs to; numbers are written as they come, where absent.
        public var standardisation: Statistics.Scope?
        /// Whether a mask says which tokens are valid.
        public var isMasked: Bool
        /// Whether rows may lack the modality.
        public var isOptional: Bool

        /// A way to write a modality.
        public init(standardisation: Statistics.Scope? = nil, isMasked: Bool = false, isOptional: Bool = false) {
            self.standardisation = standardisation
            self.isMasked = isMasked
            self.isOptional = isOptional
        }
    }

    private var description: DatasetDescription
    private let layouts: [String: Layout]
    private let rows: [Split: Int]
    private let folder: String

    /// Prepares a dataset.
    ///
    /// - Parameters:
    ///   - description: what the rows are; statistics and splits are filled in.
    ///   - layouts: how modalities are written; those that are not named have no standardisation, mask or gaps.
    ///   - rows: number of rows of each split.
    ///   - folder: where the dataset goes; a dataset that stands there is replaced, a folder that holds anything else is not.
    public init(
        _ description: DatasetDescription,
        layouts: [String: Layout],
        rows: [Split: Int],
        folder: String
    ) {
        self.description = description
        self.layouts = layouts
        self.rows = rows
        self.folder = folder
        self.description.splits = rows.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
    }

    /// Writes all rows, asking for each of them by split and index; training rows are asked for twice.
    ///
    /// - Throws: `DatasetError` for a row that does not fit the description, `FileError` when writing fails, and what
    ///   `sample` throws; nothing is left behind then.
    public func write(_ sample: (Split, Int) throws -> Sample) throws -> Dataset {
        var description = description
        let own = Set(Split.allCases.map(\.fileName) + [DatasetDescription.fileName, ".DS_Store"])
        let target = try ReplacedFolder(path: folder, marker: DatasetDescription.fileName, owns: own.contains)
        for (modality, statistics) in try trainingStatistics(sample) {
            description.modalities[modality]?.statistics = statistics
        }
        for split in Split.allCases {
            try write(split, description, to: target.workPath, sample)
        }
        try description.write(to: "\(target.workPath)/\(DatasetDescription.fileName)")
        try Dataset(folder: target.workPath).validate()
        try target.commit()
        return try Dataset(folder: folder)
    }

    private func trainingStatistics(_ sample: (Split, Int) throws -> Sample) throws -> [String: Statistics] {
        var running: [String: RunningStatistics] = [:]
        for (name, modality) in description.modalities {
            if let scope = layouts[name]?.standardisation {
                running[name] = RunningStatistics(scope: scope, modality: modality)
            }
        }
        guard !running.isEmpty else { return [:] }
        for row in 0..<rows[.train, default: 0] {
            let values = try sample(.train, row)
            for name in running.keys {
                guard let input = values.inputs[name] else { continue }
                try check(input, values.valid[name], name, .train, row)
                running[name]?.add(input, valid: values.valid[name])
            }
        }
        return running.mapValues(\.statistics)
    }

    private func write(
        _ split: Split,
        _ description: DatasetDescription,
        to folder: String,
        _ sample: (Split, Int) throws -> Sample
    ) throws {
        let count = rows[split, default: 0]
        var tensors: [String: SafetensorsStream.Declaration] = [:]
        for (name, modality) in description.modalities {
            tensors[name] = .init(.float32, [count] + modality.axes + [modality.channels])
            if layouts[name]?.isMasked == true {
                tensors[TensorNames.mask(name)] = .init(.bool, [count] + modality.axes)
            }
            if layouts[name]?.isOptional == true { tensors[TensorNames.present(name)] = .init(.bool, [count]) }
        }
        for (name, target) in description.targets {
            let outputs = target.outputs
            switch target.kind {
            case .classification: tensors[TensorNames.target(name)] = .init(.int64, [count])
            case .multilabel: tensors[TensorNames.target(name)] = .init(.uint8, [count, outputs])
            case .regression:
                tensors[TensorNames.target(name)] = .init(.float32, outputs == 1 ? [count] : [count, outputs])
            }
        }
        let groups = (description.groups ?? [:]).keys.sorted()
        for name in groups { tensors[TensorNames.group(name)] = .init(.int64, [count]) }
        let stream = try SafetensorsStream(path: "\(folder)/\(split.fileName)", tensors: tensors)
        for row in 0..<count {
            let values = try sample(split, row)
            for (name, modality) in description.modalities {
                try append(values, name, modality, split, row, to: stream)
            }
            for (name, target) in description.targets {
                try append(values.targets[name], name, target, split, row, to: stream)
            }
            for name in groups {
                let tensor = TensorNames.group(name)
                guard let number = values.groups[name] else { throw failure(tensor, split, row, "missing") }
                guard number >= 0 else { throw failure(tensor, split, row, "\(number), expected a number from 0") }
                try stream.append([Int64(number)], to: tensor)
            }
        }
        try stream.finish()
    }

    private func append(
        _ sample: Sample,
        _ name: String,
        _ modality: ModalityDescription,
        _ split: Split,
        _ row: Int,
        to stream: SafetensorsStream
    ) throws {
        let layout = layouts[name] ?? Layout()
        let input = sample.inputs[name]
        let isPresent = input != nil
        guard isPresent || layout.isOptional else { throw failure(name, split, row, "missing") }
        let valid = isPresent ? sample.valid[name] : [Bool](repeating: false, count: modality.tokens)
        if let values = input { try check(values, valid, name, split, row) }
        var values = input ?? [Float](repeating: 0, count: modality.elements)
        if isPresent { modality.statistics?.standardise(&values) }
        if let valid {
            for token in valid.indices where !valid[token] {
                for index in token * modality.channels..<(token + 1) * modality.channels { values[index] = 0 }
            }
        }
        try stream.append(values, to: name)
        if layout.isMasked {
            try stream.append(
                (valid ?? [Bool](repeating: true, count: modality.tokens)).map { UInt8($0 ? 1 : 0) },
                to: TensorNames.mask(name)
            )
        }
        if layout.isOptional { try stream.append([UInt8(isPresent ? 1 : 0)], to: TensorNames.present(name)) }
    }

    private func append(
        _ values: [Double]?,
        _ name: String,
        _ target: TargetDescription,
        _ split: Split,
        _ row: Int,
        to stream: SafetensorsStream
    ) throws {
        let tensor = TensorNames.target(name)
        guard let values else { throw failure(tensor, split, row, "missing") }
        let expected = target.kind == .classification ? 1 : target.outputs
        guard values.count == expected else {
            throw failure(tensor, split, row, "\(values.count) numbers, expected \(expected)")
        }
        switch target.kind {
        case .classification:
            guard let label = Int64(exactly: values[0]), label >= 0, label < target.outputs else {
                throw failure(tensor, split, row, "label \(values[0]), expected 0…\(target.outputs - 1)")
            }
            try stream.append([label], to: tensor)
        case .multilabel:
            guard values.allSatisfy({ $0 == 0 || $0 == 1 }) else {
                throw failure(tensor, split, row, "expected zeros and ones")
            }
            try stream.append(values.map { UInt8($0) }, to: tensor)
        case .regression:
            try stream.append(values.map { Float($0) }, to: tensor)
        }
    }

    private func check(_ values: [Float], _ valid: [Bool]?, _ name: String, _ split: Split, _ row: Int) throws {
        guard let modality = description.modalities[name] else { return }
        guard values.count == modality.elements else {
            throw failure(name, split, row, "\(values.count) numbers, expected \(modality.axes + [modality.channels])")
        }
        if let valid {
            guard layouts[name]?.isMasked == true else { throw failure(name, split, row, "a mask was not declared") }
            guard valid.count == modality.tokens else {
                throw failure(name, split, row, "a mask of \(valid.count) tokens, expected \(modality.tokens)")
            }
        }
    }

    private func failure(_ tensor: String, _ split: Split, _ row: Int, _ reason: String) -> DatasetError {
        DatasetError(file: "\(folder)/\(split.fileName)", tensor: tensor, reason: "row \(row): \(reason)")
    }
}
