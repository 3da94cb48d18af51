import Numerics

/// All parameters of a model, in one contiguous buffer, with another for their gradients.
///
/// Parameters are views of the buffers, so that an optimiser needs one pass over memory and a checkpoint one read.
/// How a parameter starts depends on the seed and on its path alone, never on the order of creation.
public final class ParameterStore {
    /// The paths of all parameters, in the order of the buffer; shared ones appear once.
    public let paths: [String]
    /// Further paths of shared parameters, to the path that holds them.
    public let aliases: [String: String]
    /// All parameters, (count), float32.
    public let values: Tensor
    /// Their gradients, (count), float32.
    public let gradients: Tensor
    /// Where the parameters live.
    public let device: Device

    private let parameters: [String: Tensor]
    private let ranges: [String: Range<Int>]

    /// Creates the declared parameters.
    ///
    /// - Parameters:
    ///   - aliases: paths that share the parameter of another path; an aliased declaration is not created.
    /// - Throws: ``TorchError`` when a path is declared twice or an alias does not fit.
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
                    operation: "parameters", message: "'\(alias)' cannot share '\(path)': paths or shapes do not fit")
            }
        }
        let own = declarations.filter { aliases[$0.path] == nil }
        let total = try own.reduce(0) { total, declaration in
            guard let count = declaration.countIfAny, case let (sum, overflow) = total.addingReportingOverflow(count),
                !overflow
            else {
                throw TorchError(
                    operation: "parameters", shapes: [declaration.shape],
                    message: "'\(declaration.path)' has a shape that no memory holds")
            }
            return sum
        }
        let values = try Tensor.zeros([total], device: device)
        let gradients = try Tensor.zeros([total], device: device)
        var parameters: [String: Tensor] = [:]
        var ranges: [String: Range<Int>] = [:]
        var offset = 0
        for declaration in own {
            let parameter = try values.viewOfBuffer(offset: offset, shape: declaration.shape)
            try parameter.overwrite(with: declaration.started(seed: seed).to(device: device))
            try parameter.setRequiresGradient()
            try parameter.setGradient(gradients.viewOfBuffer(offset: offset, shape: declaration.shape))
            parameters[declaration.path] = parameter
            ranges[declaration.path] = offset..<(offset + declaration.count)
            offset += declaration.count
        }
        self.paths = own.map(\.path)
        self.aliases = aliases
        self.values = values
        self.gradients = gradients
        self.device = device
        self.parameters = parameters
        self.ranges = ranges
    }

    /// The number of parameters, shared ones counted once.
    public var count: Int { values.count }

    /// The parameter at a path, or the one it shares.
    ///
    /// - Throws: ``TorchError`` when there is none.
    public func parameter(_ path: String) throws -> Tensor {
        guard let parameter = parameters[aliases[path] ?? path] else {
            throw TorchError(operation: "parameter", message: "there is no parameter '\(path)'")
        }
        return parameter
    }

    /// The number of elements of the parameter at a path.
    ///
    /// - Throws: ``TorchError`` when there is none.
    public func count(of path: String) throws -> Int { try parameter(path).count }

    /// The ranges of the buffer that the given parameters occupy, neighbours joined.
    ///
    /// - Throws: ``TorchError`` when there is no such parameter.
    public func ranges(of paths: some Sequence<String>) throws -> [Range<Int>] {
        let found = try Set(paths.map { aliases[$0] ?? $0 }).map { path in
            guard let range = ranges[path] else {
                throw TorchError(operation: "parameters", message: "there is no parameter '\(path)'")
            }
            return range
        }
        return found.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, range in
            if let last = joined.last, last.upperBound == range.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<range.upperBound
            } else {
                joined.append(range)
            }
        }
    }

    /// Sets all gradients to zero.
    public func clearGradients() throws { try gradients.overwrite(with: 0) }

    /// All parameters by path, as they are now; views, not copies.
    public var state: [String: Tensor] { parameters }

    /// Overwrites parameters with the given ones.
    ///
    /// - Parameter complete: whether every parameter must be given.
    /// - Throws: ``TorchError`` that names the path when one is unknown, missing or has another shape. Nothing is
    ///   overwritten then.
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
