import ArgumentParser

/// A list of names or numbers in one option.
enum CommaList {
    /// Returns the items between commas, without spaces around them.
    static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// Returns the cases of a type that are named, in the order of the text.
    ///
    /// - Throws: `ValidationError` that names the option, the item and all cases.
    static func cases<Case: RawRepresentable<String> & CaseIterable>(
        _ text: String, option: String, of type: Case.Type = Case.self
    ) throws -> [Case] {
        try items(text).map { item in
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
        try items(text).map { item in
            guard let share = Double(item), share > 0, share <= 1 else {
                throw ValidationError("\(option) has '\(item)'; expected shares above 0 and up to 1, such as 0.05,1")
            }
            return share
        }
    }
}
