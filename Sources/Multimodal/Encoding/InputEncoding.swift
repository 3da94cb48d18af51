import Torch

/// The conversion of a modality's stored values into the tokens that a model reads. Values are
/// standardised, and neighbouring positions are joined into one token.
public struct InputEncoding: Codable, Hashable, Sendable {
    /// The sizes of the stored axes.
    public var axes: [Int]
    /// The stored values per position.
    public var channels: Int
    /// The means, one per channel or one per element; empty without standardisation.
    public var mean: [Double]
    /// The standard deviations, as many as means.
    public var deviation: [Double]
    /// The positions that a token covers along each axis.
    public var patch: [Int]
    /// True when a token has an additional channel per position, which is 1 for a valid one.
    public var hasFlags: Bool

    /// Creates an encoding that changes nothing.
    public init(_ modality: ModalityDescription) {
        axes = modality.axes
        channels = modality.channels
        mean = []
        deviation = []
        patch = Array(repeating: 1, count: modality.axes.count)
        hasFlags = false
    }

    /// True when the parts are consistent. An encoding read from a file may not be.
    public var isSound: Bool {
        let sizes = 1...ModalityDescription.maximumElements
        guard !axes.isEmpty, axes.count <= 8, patch.count == axes.count, sizes.contains(channels),
            axes.allSatisfy(sizes.contains), zip(patch, axes).allSatisfy({ (1...$1).contains($0) })
        else { return false }
        let elements = axes.reduce(channels) { $0.multipliedReportingOverflow(by: $1).overflow ? 0 : $0 * $1 }
        guard sizes.contains(elements) else { return false }
        return [0, channels, elements].contains(mean.count) && deviation.count == mean.count
            && mean.allSatisfy(\.isFinite) && deviation.allSatisfy { $0.isFinite && $0 > 0 }
    }

    /// True when values are standardised.
    public var standardises: Bool { !mean.isEmpty }
    /// The positions that a token covers.
    public var places: Int { patch.reduce(1, *) }
    /// True when the encoding leaves the stored values as they are.
    public var isIdentity: Bool { !standardises && places == 1 && !hasFlags }
    /// The sizes of the token axes.
    public var encodedAxes: [Int] { zip(axes, patch).map { ($0 + $1 - 1) / $1 } }
    /// The values per token.
    public var encodedChannels: Int { places * (channels + (hasFlags ? 1 : 0)) }

    /// Returns the description of the encoded modality.
    public func encoded(_ modality: ModalityDescription) -> ModalityDescription {
        guard !isIdentity else { return modality }
        var result = modality
        result.axes = encodedAxes
        result.channels = encodedChannels
        if standardises || places > 1 || hasFlags {
            let isStandardised = standardises || modality.statistics != nil
            result.patch = nil
            result.statistics = isStandardised ? Standardisation(scope: .channel, mean: [], deviation: []) : nil
        }
        return result
    }

    /// Returns the tokens of some rows, and the mask of the valid ones.
    ///
    /// Outliers are compressed, so that no single value outweighs all others. Beyond three standard
    /// deviations, z becomes sign(z)·(3 + log(|z| − 2)).
    ///
    /// # Shapes
    /// data: `[batch, axes…, channels]`; mask: `[batch, axes…]`. Result: `[batch, encodedAxes…,
    /// encodedChannels]` and `[batch, encodedAxes…]`.
    ///
    /// - Parameter present: True for the rows that have the modality; `nil` if all do. The others
    ///   become zero.
    /// - Throws: `TorchError` when the shape does not fit.
    public func applied(_ data: Tensor, mask: Tensor?, present: [Bool]?) throws -> (data: Tensor, mask: Tensor?) {
        guard !isIdentity else { return (data, mask) }
        let rows = try data.size(0)
        var numbers = try standardised(data)
        if let mask { numbers = try numbers.filled(where: mask.logicalNot().reshaped(mask.shape + [1]), with: 0) }
        if let present, present.contains(false) {
            let absent = try Tensor(present.map(!), shape: [rows] + Array(repeating: 1, count: axes.count + 1))
            numbers = try numbers.filled(where: absent, with: 0)
        }
        guard places > 1 || hasFlags else { return (numbers, mask) }
        let tokens = try patched(numbers, rows: rows, channels: channels)
        guard let mask else {
            guard hasFlags else { return (tokens, nil) }
            let everything = try Tensor.full([rows] + axes + [1], 1)
            return (try joined(tokens, patched(everything, rows: rows, channels: 1)), nil)
        }
        let flags = try patched(mask.to(dtype: .float32).reshaped([rows] + axes + [1]), rows: rows, channels: 1)
        let valid = try flags.max(axes: [axes.count + 1]).greater(than: 0.5)
        return (hasFlags ? try joined(tokens, flags) : tokens, valid)
    }

    private func joined(_ tokens: Tensor, _ flags: Tensor) throws -> Tensor {
        try Tensor.concatenated([tokens, flags], axis: axes.count + 1)
    }

    private func standardised(_ data: Tensor) throws -> Tensor {
        guard standardises else { return data }
        let shape = mean.count == channels ? [channels] : axes + [channels]
        let row = [1] + Array(repeating: 1, count: axes.count + 1 - shape.count) + shape
        let centre = try Tensor(mean.map { Float($0) }, shape: row)
        let scale = try Tensor(deviation.map { Float(1 / $0) }, shape: row)
        let z = try (data - centre) * scale
        let near = try z.maximum(-3).minimum(3)
        let excess = try z.absolute() - near.absolute()
        return try near + near * (1 / 3.0) * (excess + 1).log()
    }

    private func patched(_ data: Tensor, rows: Int, channels: Int) throws -> Tensor {
        var padded = data
        for (axis, (size, width)) in zip(axes, patch).enumerated() {
            let missing = (size + width - 1) / width * width - size
            guard missing > 0 else { continue }
            var shape = padded.shape
            shape[axis + 1] = missing
            padded = try Tensor.concatenated([padded, Tensor.zeros(shape)], axis: axis + 1)
        }
        let counts = encodedAxes
        let split = zip(counts, patch).flatMap { [$0, $1] }
        let grid = counts.indices.map { 1 + 2 * $0 }
        let inner = counts.indices.map { 2 + 2 * $0 }
        return try padded.reshaped([rows] + split + [channels])
            .permuted([0] + grid + inner + [2 * counts.count + 1])
            .reshaped([rows] + counts + [places * channels])
    }
}
