/// How the tokens of a modality are placed: Fourier features of their positions, and who shares their identity.
public struct EncodingSettings: Hashable, Sendable, Codable {
    /// Fourier frequencies per axis; 6 for two and more axes, 3 for one (the published settings), where absent.
    public var frequencyBands: Int?
    /// Highest frequency; 1 (the published setting), where absent.
    public var maxFrequency: Double?
    /// Base of the frequencies' logarithmic spacing; 2, where absent.
    public var frequencyBase: Double?
    /// Streams of the same identity share one learned modality embedding; `dataset/modality`, where absent.
    public var identity: String?

    enum CodingKeys: String, CodingKey {
        case frequencyBands = "frequency_bands"
        case maxFrequency = "max_frequency"
        case frequencyBase = "frequency_base"
        case identity
    }

    /// Settings with nothing said.
    public init() {}

    init(_ reader: ConfigurationReader) throws {
        frequencyBands = try reader.optionalInteger("frequency_bands", in: 0...256)
        maxFrequency = try reader.optionalNumber("max_frequency", in: 1e-3...1e6)
        frequencyBase = try reader.optionalNumber("frequency_base", in: 1.001...1e6)
        identity = try reader.optionalString("identity")
    }

    /// These settings, and those of `other` where nothing is said here.
    func filled(from other: EncodingSettings) -> EncodingSettings {
        var result = self
        result.frequencyBands = frequencyBands ?? other.frequencyBands
        result.maxFrequency = maxFrequency ?? other.maxFrequency
        result.frequencyBase = frequencyBase ?? other.frequencyBase
        result.identity = identity ?? other.identity
        return result
    }
}
