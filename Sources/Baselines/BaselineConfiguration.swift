import HighMMT

/// The sizes of the networks of a prior method.
public struct BaselineConfiguration: Codable, Equatable, Sendable {
    /// The input of one modality of one task, besides its `ModalityShape`.
    public struct Input: Codable, Equatable, Sendable {
        /// The encoder, by the kind of the modality.
        public var encoder: EncoderKind
        /// The sizes of the token grid.
        public var axes: [Int]

        /// Creates an input.
        public init(encoder: EncoderKind, axes: [Int]) {
            self.encoder = encoder
            self.axes = axes
        }
    }

    /// The method.
    public var method: PriorMethod
    /// The width of hidden layers and of encoded modalities.
    public var width: Int
    /// The attention heads of transformers; divides the width.
    public var heads: Int
    /// The layers of each transformer.
    public var layers: Int
    /// The rank of the factors of low-rank fusion.
    public var rank: Int
    /// Stream `task/modality` → its input.
    public var inputs: [String: Input]

    /// Creates a configuration. The number of heads is reduced to a divisor of the width.
    public init(
        _ method: PriorMethod, width: Int, heads: Int = 4, layers: Int = 2, rank: Int = 4, inputs: [String: Input]
    ) {
        self.method = method
        self.width = width
        self.heads = (1...max(1, heads)).last { width % $0 == 0 } ?? 1
        self.layers = layers
        self.rank = rank
        self.inputs = inputs
    }

    /// Checks that every size is within bounds, because a configuration may come from a file.
    ///
    /// - Throws: `ModelError` that names the size or the stream.
    func validate(_ tasks: [TaskShape]) throws {
        for (name, size) in [("width", width), ("heads", heads), ("layers", layers), ("rank", rank)]
        where !(1...65_536).contains(size) {
            throw ModelError("the network's \(name) is \(size); expected 1 to 65536")
        }
        guard width % heads == 0 else { throw ModelError("the width \(width) is no multiple of the \(heads) heads") }
        for task in tasks {
            if method == .unimodal, task.modalities.count > 1 {
                throw ModelError(
                    "task '\(task.name)' has \(task.modalities.count) modalities; the method unimodal expects 1")
            }
            for modality in task.modalities {
                guard let input = inputs["\(task.name)/\(modality.name)"], input.axes.count == modality.axes,
                    input.axes.allSatisfy({ (1...(1 << 24)).contains($0) })
                else { throw ModelError("stream \(task.name)/\(modality.name) has no input sizes that fit its axes") }
            }
        }
    }
}
