/// An error in making a report, with a one-line message.
public struct ReportError: Error, CustomStringConvertible, Equatable {
    /// The message: the file or folder, the problem and the expectation.
    public var description: String

    init(_ description: String) { self.description = description }
}
