/// The settings of a modality's tokens: the values that they cover, Fourier features of their
/// positions, the modality embedding, and dropout in training.
public struct EncodingSettings: Hashable, Sendable, Codable {
    /// The number of Fourier frequencies per axis; `nil` uses the published 6 for two or more axes
    /// and 3 for one.
    public var frequencyBands: Int?
    /// The highest frequency; `nil` uses the published 1.
    public var maxFrequency: Double?
    /// The base of the logarithmic spacing of the frequencies; `nil` uses 2.
    public var frequencyBase: Double?
    /// The name of the modality embedding, which streams with the same name share; `nil` uses
    /// `dataset/modality`.
    public var identity: String?
    /// The positions that a token covers along each axis; `nil` leaves it to the recipe.
    public var patch: [Int]?
    /// The standardisation of the values; `nil` leaves it to the recipe.
    public var standardise: StandardisationChoice?
    /// The probability with which training masks a token; `nil` uses that of `training`.
    /// See ``TokenDropout``.
    public var tokenDropout: Double?

    enum CodingKeys: String, CodingKey {
        case frequencyBands = "frequency_bands"
        case maxFrequency = "max_frequency"
        case frequencyBase = "frequency_base"
        case tokenDropout = "token_dropout"
        case identity, patch, standardise
    }

    /// Creates settings that use every default.
    public init() {}

    init(_ reader: ConfigurationReader) throws {
        frequencyBands = try reader.optionalInteger("frequency_bands", in: 0...256)
        maxFrequency = try reader.optionalNumber("max_frequency", in: 1e-3...1e6)
        frequencyBase = try reader.optionalNumber("frequency_base", in: 1.001...1e6)
        identity = try reader.optionalString("identity")
        patch = try reader.has("patch") ? reader.integers("patch", in: 1...(1 << 20)) : nil
        standardise = try reader.has("standardise") ? reader.choice("standardise") : nil
        tokenDropout = try reader.optionalNumber("token_dropout", in: TokenDropout.range)
    }

    /// Returns these settings, completed by those of `other`.
    func filled(from other: EncodingSettings) -> EncodingSettings {
        var result = self
        result.frequencyBands = frequencyBands ?? other.frequencyBands
        result.maxFrequency = maxFrequency ?? other.maxFrequency
        result.frequencyBase = frequencyBase ?? other.frequencyBase
        result.identity = identity ?? other.identity
        result.patch = patch ?? other.patch
        result.standardise = standardise ?? other.standardise
        result.tokenDropout = tokenDropout ?? other.tokenDropout
        return result
    }
}
