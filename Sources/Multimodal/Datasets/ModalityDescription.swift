/// One kind of input of a dataset: a named grid of tokens with channels.
///
/// Stored as a float32 tensor `[N, axes…, channels]`.
public struct ModalityDescription: Hashable, Sendable, Encodable {
    /// What kind of signal it is.
    public var kind: ModalityKind
    /// Sizes of the axes along which tokens lie, such as `[7, 7]` patches or `[100]` steps.
    public var axes: [Int]
    /// Numbers per token.
    public var channels: Int
    /// Places that a token holds along each of the axes, such as the `[4, 4]` pixels of a patch, in row-major order with the
    /// numbers of each place together; known for showing the data as they are, and of no meaning to a model.
    public var patch: [Int]?
    /// What the numbers are, for people.
    public var description: String?
    /// How the numbers were standardised, where they were.
    public var statistics: Statistics?

    /// Describes a modality.
    public init(
        kind: ModalityKind,
        axes: [Int],
        channels: Int,
        patch: [Int]? = nil,
        description: String? = nil,
        statistics: Statistics? = nil
    ) {
        self.kind = kind
        self.axes = axes
        self.channels = channels
        self.patch = patch
        self.description = description
        self.statistics = statistics
    }

    /// Tokens of one sample: the product of the axes.
    public var tokens: Int { axes.reduce(1, *) }
    /// Numbers of one sample.
    public var elements: Int { tokens * channels }

    /// No sample that a model could attend to is larger.
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
                throw reader.failure("axes", "more than \(Self.maximumElements) numbers per sample")
            }
            elements = product
        }
        patch = try reader.has("patch") ? reader.integers("patch", in: 1...Self.maximumElements) : nil
        if let patch {
            guard patch.count == axes.count else {
                throw reader.failure("patch", "\(patch.count) numbers, expected \(axes.count), one for each axis")
            }
            var rest = channels
            for size in patch {
                guard rest % size == 0 else {
                    throw reader.failure("patch", "\(patch) places, expected a divisor of \(channels) channels")
                }
                rest /= size
            }
        }
        statistics = try reader.optional("statistics") { [channels] in
            try Statistics($0, elements: elements, channels: channels)
        }
    }
}
