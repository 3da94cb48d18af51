import ArgumentParser

/// A list of names or numbers in one option.
enum CommaList {
    /// Returns the items between commas, without spaces around them.
    ///
    /// - Throws: `ValidationError` that names the option when an item occurs twice, which would
    ///   count as two measurements.
    static func items(_ text: String, option: String) throws -> [String] {
        let items = text.split(separator: ",").map(trimmed)
        try checkDistinct(items, option: option)
        return items
    }

    /// Returns an item without the spaces around it.
    static func trimmed(_ item: Substring) -> String {
        String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Checks that no item occurs twice.
    ///
    /// - Throws: `ValidationError` that names the option and the item.
    static func checkDistinct<Item: Hashable>(_ items: [Item], option: String) throws {
        var known: Set<Item> = []
        if let twice = items.first(where: { !known.insert($0).inserted }) {
            throw ValidationError("\(option) has '\(twice)' twice; expected each once")
        }
    }

    /// Returns the cases of a type that are named, in the order of the text.
    ///
    /// - Throws: `ValidationError` that names the option, the item and all cases.
    static func cases<Case: RawRepresentable<String> & CaseIterable>(
        _ text: String, option: String, of type: Case.Type = Case.self
    ) throws -> [Case] {
        try items(text, option: option).map { item in
            guard let found = Case(rawValue: item) else {
                let names = Case.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("\(option) has '\(item)'; expected any of \(names)")
            }
            return found
        }
    }

    /// Returns shares above 0 and up to 1.
    ///
    /// - Throws: `ValidationError` that names the option and the item.
    static func shares(_ text: String, option: String) throws -> [Double] {
        let shares = try items(text, option: option).map { item in
            guard let share = Double(item), share > 0, share <= 1 else {
                throw ValidationError("\(option) has '\(item)'; expected shares above 0 and up to 1, such as 0.05,1")
            }
            return share
        }
        try checkDistinct(shares, option: option)
        return shares
    }
}
