extension Suite {
    /// Checks that the suite trains HighMMT itself, whose parameters can be divided among groups of
    /// streams and pairs.
    ///
    /// - Parameter alternative: The end of the message: what to do with another method.
    /// - Throws: `ConfigurationError` that names the method if it is another one.
    public func checkMethodHasGroups(otherwise alternative: String? = nil) throws {
        guard model.method != .highmmt else { return }
        throw ConfigurationError(
            file: file, key: "model.method",
            reason: "\(model.method.rawValue), which has no groups; expected highmmt"
                + (alternative.map { ", or \($0)" } ?? ""))
    }
}
