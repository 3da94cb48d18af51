/// A folder that another process is writing to.
public struct FolderInUse: Error, CustomStringConvertible, Hashable, Sendable {
    /// The path of the folder.
    public let folder: String
    /// The owner of the lock, such as "process 4711 on host a"; `nil` when it left no name.
    public let owner: String?

    /// The message, in one line: the folder, its user, and what to do.
    public var description: String {
        "\(folder): is in use by \(owner ?? "another process"); wait until it has ended, or choose another folder"
    }
}
