import ArgumentParser

/// A list of names or numbers in one option.
enum CommaList {
    /// Returns the items between commas, without spaces around them.
    ///
    /// - Throws: As ``values(_:option:_:)``.
    static func items(_ text: String, option: String) throws -> [String] {
        try values(text, option: option) { $0 }
    }

    /// Returns the values of the items between commas.
    ///
    /// - Parameter value: Returns the value of an item.
    /// - Throws: `ValidationError` that names the option and a value that occurs twice, which would
    ///   count as two measurements; the errors of `value`.
    static func values<Value: Hashable>(
        _ text: String, option: String, _ value: (String) throws -> Value
    ) throws -> [Value] {
        let items = text.split(separator: ",").map(trimmed)
        return try distinct(items, option: option, value)
    }

    /// Returns the values of the texts of a repeated option.
    ///
    /// - Throws: As ``values(_:option:_:)``.
    static func distinct<Value: Hashable>(
        _ items: [String], option: String, _ value: (String) throws -> Value
    ) throws -> [Value] {
        var known: Set<Value> = []
        return try items.map { item in
            let own = try value(item)
            guard known.insert(own).inserted else {
                throw ValidationError("\(option) has '\(item)' twice; expected each once")
            }
            return own
        }
    }

    /// Returns an item without the spaces around it.
    static func trimmed(_ item: Substring) -> String {
        String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    /// Returns the cases of a type that are named, in the order of the text.
    ///
    /// - Throws: `ValidationError` that names the option, the item and all cases.
    static func cases<Case: RawRepresentable<String> & CaseIterable & Hashable>(
        _ text: String, option: String, of type: Case.Type = Case.self
    ) throws -> [Case] {
        try values(text, option: option) { item in
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
        try values(text, option: option) { item in
            guard let share = Double(item), share > 0, share <= 1 else {
                throw ValidationError("\(option) has '\(item)'; expected shares above 0 and up to 1, such as 0.05,1")
            }
            return share
        }
    }
}
