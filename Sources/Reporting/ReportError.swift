/// A report that cannot be made, told in one line.
public struct ReportError: Error, CustomStringConvertible, Equatable {
    /// The file or folder, and what was expected of it.
    public var description: String

    init(_ description: String) { self.description = description }
}
