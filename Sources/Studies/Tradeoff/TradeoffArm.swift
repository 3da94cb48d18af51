import Multimodal

/// A model in the comparison of score and size.
public struct TradeoffArm: Codable, Equatable, Sendable {
    /// The method.
    public var method: ModelMethod
    /// The width of latents or hidden layers.
    public var width: Int
    /// The numbers of groups of streams and of pairs; `nil` for stage 1.
    public var groups: [Int]?

    /// Creates an arm.
    public init(_ method: ModelMethod, width: Int, groups: [Int]? = nil) {
        self.method = method
        self.width = width
        self.groups = groups
    }

    /// The name, such as `late-fusion-64` or `highmmt-64-groups-3-2`.
    public var name: String {
        "\(method.rawValue)-\(width)" + (groups.map { "-groups-\($0.map(String.init).joined(separator: "-"))" } ?? "")
    }
}
