/// Data could not be fetched.
public struct FetchError: Error, CustomStringConvertible, Hashable, Sendable {
    /// What was to be fetched, or the command that failed.
    public let subject: String
    /// Why it failed, and what helps.
    public let reason: String

    /// Names the subject and the reason.
    public init(subject: String, reason: String) {
        self.subject = subject
        self.reason = reason
    }

    /// One line: subject, reason.
    public var description: String { "\(subject): \(reason)" }
}
