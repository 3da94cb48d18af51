import Foundation
import HighMMT
import Torch

/// The forward pass of HighMMT in loops over arrays of doubles, written to be read and not to be
/// fast.
///
/// It takes only the parameters from a model. Tokens are formed in full, every pair is computed on
/// its own, and every layer computes all latents. Source: the section on the architecture in Liang
/// et al. 2023, with the order of operations of the public implementation.
struct PlainModel {
    /// Rows of numbers: tokens or latents.
    typealias Rows = [[Double]]

    /// The input of one modality for one sample.
    struct Modality {
        /// The values of the tokens, with the axes flattened so that the first varies slowest.
        var values: Rows
        /// The sizes of the axes.
        var axes: [Int]
        /// True for valid tokens.
        var isValid: [Bool]
    }

    private let configuration: ModelConfiguration
    private let sharing: Sharing
    private let identityNames: [String]
    private let tokenWidth: Int
    private let parameters: [String: [Double]]

    /// Copies the parameters of a model, including those that are shared under several paths.
    ///
    /// - Throws: `TorchError` when a parameter cannot be read.
    init(_ model: HighMMTModel) throws {
        configuration = model.configuration
        sharing = model.sharing
        identityNames = model.identityNames
        tokenWidth = model.tokenWidth
        var parameters: [String: [Double]] = [:]
        for path in model.parameters.paths { parameters[path] = try model.parameters.parameter(path).doubles() }
        for (alias, path) in model.parameters.aliases { parameters[alias] = parameters[path] }
        self.parameters = parameters
    }

    /// Returns the samples of a batch, each with the modalities that it has.
    ///
    /// - Throws: `TorchError` when a tensor cannot be read.
    static func samples(of batch: TaskInput) throws -> [[String: Modality]] {
        var samples = [[String: Modality]](repeating: [:], count: batch.count)
        for (name, input) in batch.streams {
            let values = try input.data.doubles()
            let flags = try input.mask?.to(dtype: .float32).floats()
            let channels = input.data.shape[input.data.shape.count - 1]
            let axes = Array(input.data.shape.dropFirst().dropLast())
            let tokens = axes.reduce(1, *)
            for sample in samples.indices where input.present?[sample] ?? true {
                let rows = sample * tokens..<(sample + 1) * tokens
                samples[sample][name] = Modality(
                    values: rows.map { Array(values[$0 * channels..<($0 + 1) * channels]) }, axes: axes,
                    isValid: rows.map { row in flags.map { $0[row] > 0 } ?? true })
            }
        }
        return samples
    }

    /// Returns the logits of one sample of a task.
    ///
    /// - Parameter sample: The modalities that the sample has, by name.
    func logits(_ task: TaskShape, _ sample: [String: Modality]) -> [Double] {
        var latents: [String: Rows] = [:]
        for (shape, stream) in zip(task.modalities, task.streams) {
            guard let input = sample[shape.name] else { continue }
            let encoder = "encoder.\(sharing.group(of: stream))"
            latents[shape.name] = encoded(tokens(of: input, shape), isValid: input.isValid, encoder)
        }
        let head = "head.\(task.name)"
        let placeholders = parameters["\(head).placeholder"] ?? []
        var features: [Double] = []
        if task.modalities.count == 1 {
            let pools = configuration.poolsLatents == true
            features =
                latents[task.modalities[0].name].map { pools ? slot(of: $0) : $0.flatMap { $0 } } ?? placeholders
        }
        for (slot, pair) in task.pairs.enumerated() {
            let (query, context) = (latents[pair.query.modality], latents[pair.context.modality])
            if let query, let context {
                features += crossed(query, context, "crossmodal.\(sharing.group(of: pair))")
            } else {
                let width = configuration.width
                let placeholder = Array(placeholders[slot * width..<(slot + 1) * width])
                features += query.map { sum(self.slot(of: $0), placeholder) } ?? placeholder
            }
        }
        return linear(normalised(features, "\(head).norm"), "\(head).linear")
    }

    // MARK: Tokens

    /// Returns the tokens [data | zeros | position | identity] of a modality.
    private func tokens(of input: Modality, _ shape: ModalityShape) -> Rows {
        let identity: [Double]
        switch configuration.identity {
        case .learned: identity = parameters["identity.\(shape.identity)"] ?? []
        case .oneHot: identity = identityNames.map { $0 == shape.identity ? 1 : 0 }
        case .none: identity = []
        }
        return input.values.enumerated().map { index, values in
            let position = shape.hasPositions ? position(of: index, axes: input.axes, shape) : []
            let zeros = tokenWidth - values.count - position.count - identity.count
            return values + Array(repeating: 0, count: zeros) + position + identity
        }
    }

    /// Returns the Fourier features of a token: for each axis sin(π·s·p) for all scales s, then
    /// cos(π·s·p), then p.
    private func position(of index: Int, axes: [Int], _ shape: ModalityShape) -> [Double] {
        let last = log(shape.maxFrequency / 2) / log(shape.frequencyBase)
        let scales = (0..<shape.frequencyBands).map { band in
            let share = shape.frequencyBands == 1 ? 0 : Double(band) / Double(shape.frequencyBands - 1)
            return pow(shape.frequencyBase, 1 + (last - 1) * share)
        }
        var features: [Double] = []
        for axis in axes.indices {
            // The number of tokens between neighbours on this axis.
            let step = axes[(axis + 1)...].reduce(1, *)
            let place = index / step % axes[axis]
            let p = axes[axis] == 1 ? -1 : -1 + 2 * Double(place) / Double(axes[axis] - 1)
            features += scales.map { sin(.pi * $0 * p) } + scales.map { cos(.pi * $0 * p) } + [p]
        }
        return features
    }

    // MARK: Layers

    /// Returns the latents of a Perceiver encoder after it has read the tokens.
    private func encoded(_ tokens: Rows, isValid: [Bool], _ path: String) -> Rows {
        let flat = parameters["\(path).latents"] ?? []
        var x = (0..<configuration.latents).map {
            Array(flat[$0 * configuration.width..<($0 + 1) * configuration.width])
        }
        if configuration.depth == 0 { return zip(x, averaged(tokens, isValid: isValid, path)).map(sum) }
        for layer in 0..<configuration.depth {
            let block = "\(path).layer.\(layer)"
            x = attention(
                x, to: tokens, isValid: isValid, heads: configuration.encoder.cross, "\(block).cross_attention")
            x = transformed(x, heads: configuration.encoder.latent, block)
        }
        return x
    }

    /// Returns a linear map of the mean of the valid tokens of each of n parts, which overlap where
    /// n does not divide the tokens.
    private func averaged(_ tokens: Rows, isValid: [Bool], _ path: String) -> Rows {
        (0..<configuration.latents).map { part in
            let step = Double(tokens.count) / Double(configuration.latents)
            let first = Int((Double(part) * step + 1e-9).rounded(.down))
            let end = Int((Double(part + 1) * step - 1e-9).rounded(.up))
            let own = (first..<end).filter { isValid[$0] }.map { tokens[$0] }
            let mean = own.reduce(Array(repeating: 0, count: tokenWidth), sum).map { $0 / Double(max(1, own.count)) }
            return linear(mean, "\(path).projection")
        }
    }

    /// Returns the last or mean latent of the query after a crossmodal block has read the context.
    private func crossed(_ query: Rows, _ context: Rows, _ path: String) -> [Double] {
        var x = query
        for layer in 0..<configuration.crossmodalDepth {
            let block = "\(path).layer.\(layer)"
            x = attention(x, to: context, heads: configuration.crossmodal.cross, "\(block).cross_attention")
            x = transformed(x, heads: configuration.crossmodal.latent, block)
        }
        return slot(of: x)
    }

    /// Returns what heads read of latents: the last one, or the mean of each component.
    private func slot(of latents: Rows) -> [Double] {
        guard configuration.poolsLatents == true else { return latents[latents.count - 1] }
        return latents[0].indices.map { component in
            latents.map { $0[component] }.reduce(0, +) / Double(latents.count)
        }
    }

    /// Returns LT(x) + x, where x has gone through the feed-forward block behind the
    /// cross-attention and LT is one or more times self-attention and feed-forward, each with its
    /// residual.
    private func transformed(_ crossed: Rows, heads: Int, _ path: String) -> Rows {
        let x = feedForward(crossed, "\(path).cross_feed_forward")
        var y = x
        for block in 0..<(configuration.selfAttentions ?? 1) {
            let suffix = block == 0 ? "" : "_\(block)"
            y = attention(y, to: nil, heads: heads, "\(path).self_attention\(suffix)")
            y = feedForward(y, "\(path).self_feed_forward\(suffix)")
        }
        return zip(y, x).map(sum)
    }

    /// Returns x + W·attention(LN(x), LN(context)) + b. A `nil` context is LN(x) itself.
    private func attention(_ x: Rows, to context: Rows?, isValid: [Bool]? = nil, heads: Int, _ path: String) -> Rows {
        let isCross = path.hasSuffix(".cross_attention")
        let headWidth = isCross ? configuration.crossHeadWidth ?? configuration.headWidth : configuration.headWidth
        let queries = x.map { linear(normalised($0, "\(path).norm"), "\(path).query") }
        let sources =
            context.map { $0.map { normalised($0, "\(path).context_norm") } }
            ?? x.map { normalised($0, "\(path).norm") }
        // Keys come first, then values.
        let keysAndValues = sources.map { linear($0, "\(path).key_value") }
        return x.indices.map { row in
            var attended: [Double] = []
            for head in 0..<heads {
                let part = head * headWidth..<(head + 1) * headWidth
                let query = queries[row][part]
                var weights = keysAndValues.enumerated().map { index, source -> Double in
                    guard isValid?[index] ?? true else { return 0 }
                    var product = 0.0
                    for (a, b) in zip(query, source[part]) { product += a * b }
                    return exp(product / Double(headWidth).squareRoot())
                }
                let total = weights.reduce(0, +)
                weights = weights.map { $0 / total }
                for component in part {
                    let place = heads * headWidth + component
                    var mean = 0.0
                    for (weight, source) in zip(weights, keysAndValues) { mean += weight * source[place] }
                    attended.append(mean)
                }
            }
            return sum(x[row], linear(attended, "\(path).output"))
        }
    }

    /// Returns x + W₂·(u · gelu(v)) + b₂ with (u, v) = W₁·LN(x) + b₁. Without gates, u is one.
    private func feedForward(_ x: Rows, _ path: String) -> Rows {
        x.map { row in
            let expanded = linear(normalised(row, "\(path).norm"), "\(path).expand")
            let isPlain = configuration.hasPlainFeedForward == true
            let hidden = isPlain ? expanded.count : expanded.count / 2
            let gated = (0..<hidden).map { index in
                let gate = expanded[expanded.count - hidden + index]
                return (isPlain ? 1 : expanded[index]) * gate * 0.5 * (1 + erf(gate / 2.0.squareRoot()))
            }
            return sum(row, linear(gated, "\(path).contract"))
        }
    }

    // MARK: Operations

    /// Returns W·x + b. A layer without a bias adds nothing.
    private func linear(_ x: [Double], _ path: String) -> [Double] {
        let weight = parameters["\(path).weight"] ?? []
        let bias = parameters["\(path).bias"]
        return (0..<weight.count / x.count).map { output in
            var result = bias?[output] ?? 0
            for input in x.indices { result += weight[output * x.count + input] * x[input] }
            return result
        }
    }

    /// Returns the layer normalisation of a vector.
    private func normalised(_ x: [Double], _ path: String) -> [Double] {
        let weight = parameters["\(path).weight"] ?? []
        let bias = parameters["\(path).bias"] ?? []
        let mean = x.reduce(0, +) / Double(x.count)
        let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
        return x.indices.map { (x[$0] - mean) / (variance + 1e-5).squareRoot() * weight[$0] + bias[$0] }
    }

    private func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map(+) }
}
