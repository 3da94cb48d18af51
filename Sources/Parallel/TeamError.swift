/// A failure of the processes of an MPI job to work together.
public struct TeamError: Error, CustomStringConvertible, Equatable {
    /// The message, in one line.
    public let description: String

    /// Creates an error from its message.
    public init(_ description: String) { self.description = description }
}

/// The end of the work of a process that is not the lead of its team. It is no failure: the lead
/// alone does the rest.
public struct Dismissal: Error, Equatable {}
