import Files
import Torch

/// Writes a dataset row by row: first the statistics of the training rows, then all splits,
/// standardised by them.
///
/// Rows are requested when they are needed and never kept, so a dataset may be larger than memory.
/// The folder appears under its final name only after the dataset is complete and valid.
public struct DatasetWriter {
    /// The tensors that store one modality.
    public struct Layout: Hashable, Sendable {
        /// The scope of each mean and standard deviation; `nil` writes the values unchanged.
        public var standardisation: Standardisation.Scope?
        /// True to write a mask of valid tokens.
        public var isMasked: Bool
        /// True to allow rows without the modality.
        public var isOptional: Bool

        /// Creates a layout; by default without standardisation, mask or missing rows.
        public init(standardisation: Standardisation.Scope? = nil, isMasked: Bool = false, isOptional: Bool = false) {
            self.standardisation = standardisation
            self.isMasked = isMasked
            self.isOptional = isOptional
        }
    }

    private var description: DatasetDescription
    private let layouts: [String: Layout]
    private let optionalTargets: Set<String>
    private let rows: [Split: Int]
    private let folder: String

    /// Prepares a dataset.
    ///
    /// - Parameters:
    ///   - description: The description of the rows; statistics and splits are filled in.
    ///   - layouts: The layout per modality; a modality that is not listed gets the default
    ///     layout.
    ///   - optionalTargets: The targets that rows may lack.
    ///   - rows: The number of rows per split.
    ///   - folder: The path of the dataset. A dataset that exists there is replaced; a folder that
    ///     holds anything else is not.
    public init(
        _ description: DatasetDescription, layouts: [String: Layout], optionalTargets: Set<String> = [],
        rows: [Split: Int], folder: String
    ) {
        self.description = description
        self.layouts = layouts
        self.optionalTargets = optionalTargets
        self.rows = rows
        self.folder = folder
        self.description.splits = rows.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
    }

    /// Writes all rows and opens the result.
    ///
    /// - Parameter sample: Returns the row at an index of a split. Training rows are requested
    ///   twice when a modality is standardised.
    /// - Throws: `DatasetError` when a row does not fit the description, `FileError` when writing
    ///   fails, and any error of `sample`. An incomplete dataset is removed.
    public func write(_ sample: (Split, Int) throws -> Sample) throws -> Dataset {
        var description = description
        let own = Set(Split.allCases.map(\.fileName) + [DatasetDescription.fileName, ".DS_Store"])
        for split in Split.allCases where rows[split, default: 0] == 0 {
            throw DatasetError(
                file: "\(folder)/\(split.fileName)",
                reason: "no rows, expected at least one in each of train, valid and test")
        }
        let target = try ReplacedFolder(path: folder, marker: DatasetDescription.fileName, owns: own.contains)
        for (modality, statistics) in try trainingStatistics(sample) {
            description.modalities[modality]?.statistics = statistics
        }
        for split in Split.allCases {
            try write(split, description, to: target.workPath, sample)
        }
        try description.write(to: "\(target.workPath)/\(DatasetDescription.fileName)")
        try check(target.workPath)
        try target.commit()
        return try Dataset(folder: folder)
    }

    /// Validates the complete files. Errors name the files as they will be called, since the
    /// working folder is gone when they are read.
    private func check(_ workPath: String) throws {
        func named(_ path: String) -> String {
            path.hasPrefix(workPath) ? folder + path.dropFirst(workPath.count) : path
        }
        do {
            try Dataset(folder: workPath).validate()
        } catch let error as DatasetError {
            throw DatasetError(file: named(error.file), tensor: error.tensor, reason: error.reason)
        } catch let error as SafetensorsError {
            throw SafetensorsError(path: named(error.path), tensor: error.tensor, reason: error.reason)
        } catch let error as ConfigurationError {
            throw ConfigurationError(file: named(error.file), key: error.key, reason: error.reason)
        }
    }

    private func trainingStatistics(_ sample: (Split, Int) throws -> Sample) throws -> [String: Standardisation] {
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
        _ split: Split, _ description: DatasetDescription, to folder: String, _ sample: (Split, Int) throws -> Sample
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
            if optionalTargets.contains(name) { tensors[TensorNames.labelled(name)] = .init(.bool, [count]) }
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
                guard number >= 0 else {
                    throw failure(tensor, split, row, "\(number), expected a number of at least 0")
                }
                try stream.append([Int64(number)], to: tensor)
            }
        }
        try stream.finish()
    }

    private func append(
        _ sample: Sample, _ name: String, _ modality: ModalityDescription, _ split: Split, _ row: Int,
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
                to: TensorNames.mask(name))
        }
        if layout.isOptional { try stream.append([UInt8(isPresent ? 1 : 0)], to: TensorNames.present(name)) }
    }

    private func append(
        _ values: [Double]?, _ name: String, _ target: TargetDescription, _ split: Split, _ row: Int,
        to stream: SafetensorsStream
    ) throws {
        let tensor = TensorNames.target(name)
        let expected = target.kind == .classification ? 1 : target.outputs
        let isOptional = optionalTargets.contains(name)
        if isOptional { try stream.append([UInt8(values == nil ? 0 : 1)], to: TensorNames.labelled(name)) }
        guard let values = values ?? (isOptional ? Array(repeating: 0, count: expected) : nil) else {
            throw failure(tensor, split, row, "missing")
        }
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
            guard layouts[name]?.isMasked == true else {
                throw failure(name, split, row, "has a mask, but its layout declares none")
            }
            guard valid.count == modality.tokens else {
                throw failure(name, split, row, "mask has \(valid.count) tokens, expected \(modality.tokens)")
            }
        }
    }

    private func failure(_ tensor: String, _ split: Split, _ row: Int, _ reason: String) -> DatasetError {
        DatasetError(file: "\(folder)/\(split.fileName)", tensor: tensor, reason: "row \(row): \(reason)")
    }
}
