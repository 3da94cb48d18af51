/// A list of names or numbers in one option.
enum CommaList {
    /// Returns the items between commas, without spaces around them.
    static func items(_ text: String) -> [String] {
        text.split(separator: ",").map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }
}
