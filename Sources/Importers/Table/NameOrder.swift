import Foundation

/// The order of names: by value if all are numbers, otherwise by their text.
enum NameOrder {
    /// Returns the names in order.
    static func sorted(_ names: some Sequence<String>) -> [String] {
        let names = Array(names)
        let numbers = names.compactMap(Double.init)
        guard numbers.count == names.count, numbers.allSatisfy(\.isFinite) else { return names.sorted() }
        return zip(numbers, names).sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.1)
    }
}

extension NameOrder {
    /// Returns a name of letters, digits, `-` and `_` that is not among others.
    static func unused(_ name: String, among others: some Sequence<String>) -> String {
        let plain = name.folding(options: .diacriticInsensitive, locale: nil)
        let letters = plain.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }
        let base = letters.isEmpty ? "column" : String(letters.prefix(80))
        let others = Set(others)
        guard others.contains(base) else { return base }
        return (2...).lazy.map { "\(base)_\($0)" }.first { !others.contains($0) } ?? base
    }
}
