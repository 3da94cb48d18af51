import Multimodal

/// A numeric option of a recipe.
public struct RecipeOption: Hashable, Sendable {
    /// The short name, as given on the command line.
    public let name: String
    /// A one-line description with the unit.
    public let text: String
    /// The value used when none is given.
    public let defaultValue: Double
    /// The accepted values.
    public let range: ClosedRange<Double>

    init(_ name: String, _ text: String, default defaultValue: Double, in range: ClosedRange<Double>) {
        self.name = name
        self.text = text
        self.defaultValue = defaultValue
        self.range = range
    }

    /// Returns a value for each option: the chosen one, or the default.
    ///
    /// - Throws: `ConfigurationError` for an unknown option or a value out of range.
    static func values(
        of options: [RecipeOption],
        chosen: [String: Double],
        recipe: String
    ) throws -> [String: Double] {
        var values = options.reduce(into: [String: Double]()) { $0[$1.name] = $1.defaultValue }
        for (name, value) in chosen.sorted(by: { $0.key < $1.key }) {
            guard let option = options.first(where: { $0.name == name }) else {
                let reason = "no such option" + ClosestName.hint(for: name, among: options.map(\.name))
                throw ConfigurationError(file: "recipe \(recipe)", key: name, reason: reason)
            }
            guard option.range.contains(value) else {
                throw ConfigurationError(
                    file: "recipe \(recipe)", key: name,
                    reason: "\(value), expected \(option.range.lowerBound)…\(option.range.upperBound)")
            }
            values[name] = value
        }
        return values
    }
}
