import Numerics

/// All parameters of a model in one contiguous buffer, and the gradients of the trained ones in
/// another.
///
/// Parameters are views of the buffer, those that are fitted and not trained at its end. An
/// optimiser therefore needs one pass over memory, and a checkpoint one read. The initial value of
/// a parameter depends only on the seed and its path, never on the order of creation.
public final class ParameterStore {
    /// The paths of all parameters, in buffer order. Shared parameters appear once.
    public let paths: [String]
    /// The additional paths of shared parameters, each with the path that holds the parameter.
    public let aliases: [String: String]
    /// The trained parameters, `[count]`, float32.
    public let values: Tensor
    /// The parameters that are fitted and not trained, float32.
    public let fittedValues: Tensor
    /// The gradients of the trained parameters, `[count]`, float32.
    public let gradients: Tensor
    /// The paths of the trained parameters, in buffer order.
    public let trainedPaths: [String]
    /// The device that holds the parameters.
    public let device: Device

    private let parameters: [String: Tensor]
    private let ranges: [String: Range<Int>]

    /// Creates and initialises the declared parameters.
    ///
    /// - Parameters:
    ///   - declarations: The parameters, in buffer order.
    ///   - aliases: Declared paths that share the parameter of another declared path. They get no
    ///     storage of their own.
    ///   - seed: The seed of the initialisation.
    ///   - device: The device that holds the parameters.
    /// - Throws: ``TorchError`` when a path is declared twice, an alias does not match its target,
    ///   or a shape is invalid.
    public init(
        _ declarations: [ParameterDeclaration], aliases: [String: String] = [:], seed: UInt64, device: Device = .cpu
    ) throws {
        var shapes: [String: [Int]] = [:]
        for declaration in declarations {
            guard shapes.updateValue(declaration.shape, forKey: declaration.path) == nil else {
                throw TorchError(operation: "parameters", message: "'\(declaration.path)' is declared twice")
            }
        }
        for (alias, path) in aliases {
            guard let target = shapes[path], aliases[path] == nil, shapes[alias] == target else {
                throw TorchError(
                    operation: "parameters",
                    message: "'\(alias)' cannot share '\(path)': expected two declared paths of the same shape")
            }
        }
        let own = declarations.filter { aliases[$0.path] == nil }
        let trained = own.filter { !$0.isFitted }
        let stored = trained + own.filter(\.isFitted)
        let total = try stored.reduce(0) { total, declaration in
            guard let count = declaration.countIfAny, case let (sum, overflow) = total.addingReportingOverflow(count),
                !overflow
            else {
                throw TorchError(
                    operation: "parameters", shapes: [declaration.shape],
                    message: "'\(declaration.path)' has a negative size or too many elements")
            }
            return sum
        }
        let count = trained.reduce(0) { $0 + $1.count }
        let values = try Tensor.zeros([total], device: device)
        let gradients = try Tensor.zeros([count], device: device)
        var parameters: [String: Tensor] = [:]
        var ranges: [String: Range<Int>] = [:]
        var offset = 0
        for declaration in stored {
            let parameter = try values.viewOfBuffer(offset: offset, shape: declaration.shape)
            try parameter.overwrite(with: declaration.started(seed: seed).to(device: device))
            if !declaration.isFitted {
                try parameter.setRequiresGradient()
                try parameter.setGradient(gradients.viewOfBuffer(offset: offset, shape: declaration.shape))
                ranges[declaration.path] = offset..<(offset + declaration.count)
            }
            parameters[declaration.path] = parameter
            offset += declaration.count
        }
        self.paths = stored.map(\.path)
        self.aliases = aliases
        self.trainedPaths = trained.map(\.path)
        self.values = try values.viewOfBuffer(offset: 0, shape: [count])
        self.fittedValues = try values.viewOfBuffer(offset: count, shape: [total - count])
        self.gradients = gradients
        self.device = device
        self.parameters = parameters
        self.ranges = ranges
    }

    /// The number of trainable values. Shared parameters count once.
    public var count: Int { values.count }

    /// Returns the parameter at a path or at the target of its alias.
    ///
    /// - Throws: ``TorchError`` when the path is unknown.
    public func parameter(_ path: String) throws -> Tensor {
        guard let parameter = parameters[aliases[path] ?? path] else {
            throw TorchError(operation: "parameter", message: "there is no parameter '\(path)'")
        }
        return parameter
    }

    /// Returns the number of elements of the parameter at a path.
    ///
    /// - Throws: ``TorchError`` when the path is unknown.
    public func count(of path: String) throws -> Int { try parameter(path).count }

    /// Returns the buffer ranges of the given parameters, sorted, with adjacent ranges merged.
    /// Fitted parameters have none.
    ///
    /// - Throws: ``TorchError`` when a path is unknown.
    public func ranges(of paths: some Sequence<String>) throws -> [Range<Int>] {
        let selected = try Set(paths.map { aliases[$0] ?? $0 }).compactMap { path in
            guard parameters[path] != nil else {
                throw TorchError(operation: "parameters", message: "there is no parameter '\(path)'")
            }
            return ranges[path]
        }
        return selected.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, range in
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else {
                joined.append(range)
            }
        }
    }

    /// Sets all gradients to zero.
    ///
    /// - Throws: ``TorchError`` when LibTorch reports an error.
    public func clearGradients() throws { try gradients.overwrite(with: 0) }

    /// All parameters by path, as views of the buffer rather than copies.
    public var state: [String: Tensor] { parameters }

    /// Overwrites parameters with the given values.
    ///
    /// - Parameters:
    ///   - state: The new values by path. Other element types and devices are converted.
    ///   - complete: True to require a value for every parameter.
    /// - Throws: ``TorchError`` with the path when a parameter is unknown, missing or has another
    ///   shape. Nothing is overwritten then.
    public func load(_ state: [String: Tensor], complete: Bool = true) throws {
        for path in state.keys.sorted() {
            guard let parameter = parameters[aliases[path] ?? path], let value = state[path] else {
                throw TorchError(operation: "load", message: "the model has no parameter '\(path)'")
            }
            guard value.shape == parameter.shape else {
                throw TorchError(
                    operation: "load", shapes: [value.shape],
                    message: "parameter '\(path)' of the model has shape \(parameter.shape)")
            }
        }
        if complete, let missing = paths.first(where: { state[$0] == nil }) {
            throw TorchError(operation: "load", message: "parameter '\(missing)' is missing")
        }
        for (path, value) in state { try parameter(path).overwrite(with: value.to(device: device, dtype: .float32)) }
    }
}

extension ParameterDeclaration {
    /// Returns the initial value of the parameter for a seed.
    fileprivate func started(seed: UInt64) throws -> Tensor {
        var random = RandomSource(seed: seed, purpose: path)
        switch start {
        case .zeros: return try Tensor.zeros(shape)
        case .ones: return try Tensor.full(shape, 1)
        case .normal: return try random.normalTensor(shape)
        case .uniform(let bound): return try random.uniformTensor(shape, bound: bound)
        }
    }
}
