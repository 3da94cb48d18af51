import ArgumentParser

/// Checks for options that take a count of at least 1.
enum CountOptions {
    /// Checks that each count is at least 1. Options that were not given pass.
    ///
    /// - Throws: `ValidationError` naming the first option below 1.
    static func check(_ options: KeyValuePairs<String, Int?>) throws {
        for (name, value) in options {
            guard let value, value < 1 else { continue }
            throw ValidationError("\(name) is \(value); expected at least 1")
        }
    }
}
