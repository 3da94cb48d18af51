import HighMMT
import Torch

/// The initial parameters of a model of new tasks, taken from a trained model of other tasks.
///
/// Encoders and crossmodal blocks of the same group keep their parameters, and so do identities of
/// the same name. Everything that belongs to the new tasks starts at random: heads, summary paths
/// and new identities.
///
/// The input layers of encoders have the width of a token, [data | zeros | position | identity]. In
/// a wider model, the columns of the data stay on the left and those of positions and identity on
/// the right; the columns in between start at random. One-hot identities belong to the old tasks,
/// so their columns start at random, too.
public struct TransferredStart {
    /// Parameter path → initial value, for the parameters that are taken over.
    public let values: [String: Tensor]
    /// The paths of the parameters that start at random, sorted.
    public let fresh: [String]
    /// The number of columns of the encoders' input layers that start at random.
    public let freshColumns: Int

    /// Collects the parameters of a model that another one has.
    ///
    /// - Parameters:
    ///   - model: The new model, with its random initial parameters.
    ///   - source: The trained model, whose sizes and group numbers the new one shares.
    /// - Throws: ``RunError`` when a size differs; `TorchError` when memory runs out.
    public init(of model: HighMMTModel, from source: HighMMTModel) throws {
        let columns = TokenColumns(from: source, to: model)
        var values: [String: Tensor] = [:]
        var fresh: [String] = []
        let known = source.parameters.state
        for path in model.parameters.paths {
            let isShared = ["encoder.", "crossmodal.", "identity."].contains { path.hasPrefix($0) }
            guard isShared, let value = try known[path]?.detached() else {
                fresh.append(path)
                continue
            }
            let own = try model.parameters.parameter(path).detached()
            let moved = TokenColumns.isRead(by: path) ? try columns.moved(value, into: own) : value
            guard moved.shape == own.shape else {
                throw RunError(
                    "parameter '\(path)' has shape \(value.shape) in the source and \(own.shape) in the new model; "
                        + "expected models of the same sizes")
            }
            values[path] = moved
        }
        self.values = values
        self.fresh = fresh.sorted()
        freshColumns = columns.fresh
    }

    /// The paths of the encoders' parameters that are taken over.
    public var encoderPaths: Set<String> { Set(values.keys.filter { $0.hasPrefix("encoder.") }) }
}

/// The columns that a token keeps between two models.
private struct TokenColumns {
    private let source: HighMMTModel
    private let target: HighMMTModel
    /// The widths of the identities.
    private let (before, after): (Int, Int)
    /// The width of the widest position in the source.
    private let position: Int
    private let keepsIdentities: Bool

    init(from source: HighMMTModel, to target: HighMMTModel) {
        self.source = source
        self.target = target
        before = source.configuration.identity.width(modalities: source.identityNames.count)
        after = target.configuration.identity.width(modalities: target.identityNames.count)
        position = source.tasks.flatMap(\.modalities).map(\.positionWidth).max() ?? 0
        keepsIdentities = source.configuration.identity != .oneHot
    }

    /// The width of the data and the zeros that are kept.
    private var data: Int { max(0, min(source.tokenWidth - before, target.tokenWidth - after) - position) }

    /// The number of columns that start at random.
    var fresh: Int { target.tokenWidth - data - position - (keepsIdentities ? after : 0) }

    /// True for a parameter whose last axis is the width of a token.
    static func isRead(by path: String) -> Bool {
        guard path.hasPrefix("encoder.") else { return false }
        return path.hasSuffix(".projection.weight")
            || path.contains(".cross_attention.")
                && (path.contains(".context_norm.") || path.hasSuffix(".key_value.weight"))
    }

    /// Returns the parameter of the new model with the kept columns of the source.
    func moved(_ value: Tensor, into own: Tensor) throws -> Tensor {
        let axis = value.rank - 1
        func part(_ tensor: Tensor, _ start: Int, _ end: Int) throws -> Tensor? {
            end > start ? try tensor.narrowed(axis: axis, start: start, length: end - start) : nil
        }
        let (old, new) = (source.tokenWidth, target.tokenWidth)
        let identity =
            keepsIdentities ? try part(value, old - before, old) : try part(own, new - after, new)
        let parts = [
            try part(value, 0, data), try part(own, data, new - after - position),
            try part(value, old - before - position, old - before), identity,
        ]
        return try Tensor.concatenated(parts.compactMap { $0 }, axis: axis)
    }
}
