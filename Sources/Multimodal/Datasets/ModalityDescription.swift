/// A modality of a dataset: a grid of tokens with channels.
///
/// Stored as a float32 tensor `[N, axes…, channels]`.
public struct ModalityDescription: Hashable, Sendable, Encodable {
    /// The kind of signal.
    public var kind: ModalityKind
    /// The sizes of the token axes, such as `[7, 7]` patches or `[100]` steps.
    public var axes: [Int]
    /// The number of values per token.
    public var channels: Int
    /// The elements that a token covers along each axis, such as `[4, 4]` for the pixels of a
    /// patch; `nil` if unknown.
    ///
    /// A token stores them in row-major order with the channels of each element together. Only
    /// sketches use this; the model ignores it.
    public var patch: [Int]?
    /// The meaning of the values, as text for people.
    public var description: String?
    /// The statistics of the standardisation; `nil` if the values are not standardised.
    public var statistics: Standardisation?

    /// Creates a description of a modality.
    public init(
        kind: ModalityKind, axes: [Int], channels: Int, patch: [Int]? = nil, description: String? = nil,
        statistics: Standardisation? = nil
    ) {
        self.kind = kind
        self.axes = axes
        self.channels = channels
        self.patch = patch
        self.description = description
        self.statistics = statistics
    }

    /// The number of tokens per sample: the product of the axes.
    public var tokens: Int { axes.reduce(1, *) }
    /// The number of values per sample: tokens times channels.
    public var elements: Int { tokens * channels }

    /// The limit of values per sample, far above what a model can attend to.
    static let maximumElements = 1 << 28

    init(_ reader: ConfigurationReader) throws {
        kind = try reader.choice("kind")
        axes = try reader.integers("axes", in: 1...Self.maximumElements)
        channels = try reader.integer("channels", in: 1...Self.maximumElements)
        description = try reader.optionalString("description")
        guard (1...8).contains(axes.count) else {
            throw reader.failure("axes", "\(axes.count) axes, expected 1…8 (use [1] for a single token)")
        }
        var elements = channels
        for size in axes {
            let (product, overflow) = elements.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Self.maximumElements else {
                throw reader.failure("axes", "more than \(Self.maximumElements) values per sample")
            }
            elements = product
        }
        patch = try reader.has("patch") ? reader.integers("patch", in: 1...Self.maximumElements) : nil
        if let patch {
            guard patch.count == axes.count else {
                throw reader.failure("patch", "\(patch.count) sizes, expected \(axes.count), one per axis")
            }
            var rest = channels
            for size in patch {
                guard rest % size == 0 else {
                    throw reader.failure(
                        "patch", "\(patch), expected sizes whose product divides the \(channels) channels")
                }
                rest /= size
            }
        }
        statistics = try reader.optional("statistics") { [channels] in
            try Standardisation($0, elements: elements, channels: channels)
        }
    }
}
