import Multimodal

/// A number of a recipe that may be chosen.
public struct RecipeOption: Hashable, Sendable {
    /// Short name, as the command line takes it.
    public let name: String
    /// What it does, in a line, with its unit.
    public let text: String
    /// The value where none is chosen.
    public let defaultValue: Double
    /// The values that make sense.
    public let range: ClosedRange<Double>

    init(_ name: String, _ text: String, default defaultValue: Double, in range: ClosedRange<Double>) {
        self.name = name
        self.text = text
        self.defaultValue = defaultValue
        self.range = range
    }

    /// - Throws: `ConfigurationError` for an option that there is not, or a value out of its range.
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
                    file: "recipe \(recipe)",
                    key: name,
                    reason: "\(value), expected \(option.range.lowerBound)…\(option.range.upperBound)"
                )
            }
            values[name] = value
        }
        return values
    }
}
