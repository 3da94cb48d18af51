/// The weights of a classification's classes in the loss that training minimises.
public enum ClassWeights: Hashable, Sendable {
    /// Every class weighs the same in sum, however many training rows it has.
    case balanced
    /// A weight for each class, in the order of the dataset.
    case stated([Double])

    init(_ reader: ConfigurationReader, _ key: String) throws {
        if let text = try? reader.optionalString(key) {
            guard text == "balanced" else {
                throw reader.failure(key, "'\(text)', expected balanced, or a list of numbers, one for each class")
            }
            self = .balanced
            return
        }
        let weights = try reader.numbers(key)
        guard weights.allSatisfy({ (0...1e9).contains($0) }), weights.contains(where: { $0 > 0 }) else {
            throw reader.failure(key, "\(weights), expected numbers of at least 0, one of them above")
        }
        self = .stated(weights)
    }
}

extension ClassWeights: Encodable {
    /// Writes `balanced` or the list.
    ///
    /// - Throws: The errors of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .balanced: try container.encode("balanced")
        case .stated(let weights): try container.encode(weights)
        }
    }
}
