/// How the tokens of a modality are placed: Fourier features of their positions, and who shares their identity.
public struct EncodingSettings: Hashable, Sendable, Encodable {
    /// Fourier frequencies per axis; 6 for two and more axes, 3 for one (the published settings), where absent.
    public var frequencyBands: Int?
    /// Highest frequency; 1 (the published setting), where absent.
    public var maxFrequency: Double?
    /// Base of the frequencies' logarithmic spacing; 2, where absent.
    public var frequencyBase: Double?
    /// Streams of the same identity share one learned modality embedding; `dataset/modality`, where absent.
    public var identity: String?
    /// Places that a token holds along each axis; by the kind of the modality, where absent.
    public var patch: [Int]?
    /// How numbers are standardised; by the recipe, where absent.
    public var standardise: Standardisation?

    enum CodingKeys: String, CodingKey {
        case frequencyBands = "frequency_bands"
        case maxFrequency = "max_frequency"
        case frequencyBase = "frequency_base"
        case identity, patch, standardise
    }

    /// Settings with nothing said.
    public init() {}

    init(_ reader: ConfigurationReader) throws {
        frequencyBands = try reader.optionalInteger("frequency_bands", in: 0...256)
        maxFrequency = try reader.optionalNumber("max_frequency", in: 1e-3...1e6)
        frequencyBase = try reader.optionalNumber("frequency_base", in: 1.001...1e6)
        identity = try reader.optionalString("identity")
        patch = try reader.has("patch") ? reader.integers("patch", in: 1...(1 << 20)) : nil
        standardise = try reader.has("standardise") ? reader.choice("standardise") : nil
    }

    /// These settings, and those of `other` where nothing is said here.
    func filled(from other: EncodingSettings) -> EncodingSettings {
        var result = self
        result.frequencyBands = frequencyBands ?? other.frequencyBands
        result.maxFrequency = maxFrequency ?? other.maxFrequency
        result.frequencyBase = frequencyBase ?? other.frequencyBase
        result.identity = identity ?? other.identity
        result.patch = patch ?? other.patch
        result.standardise = standardise ?? other.standardise
        return result
    }
}
