import ArgumentParser

/// A list of names or numbers in one option.
enum CommaList {
    /// Returns the items between commas, without spaces around them.
    static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
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
