import ArgumentParser

/// Options that say how many, of which there must be at least one.
enum CountOptions {
    /// - Throws: `ValidationError` naming the first option that is less than 1; those that are not given are fine.
    static func check(_ options: KeyValuePairs<String, Int?>) throws {
        for (name, value) in options {
            guard let value, value < 1 else { continue }
            throw ValidationError("\(name) is \(value); expected at least 1")
        }
    }
}
