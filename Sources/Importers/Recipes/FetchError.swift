/// An error in fetching data.
public struct FetchError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The item to fetch, or the command that failed.
    public let subject: String
    /// The reason for the failure, and a remedy where one is known.
    public let reason: String

    /// Creates an error from its subject and reason.
    public init(subject: String, reason: String) {
        self.subject = subject
        self.reason = reason
    }

    /// The message in one line: subject, then reason.
    public var description: String { "\(subject): \(reason)" }
}
