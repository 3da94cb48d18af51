/// Something in a dataset's files is not as its description says.
public struct DatasetError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The file concerned.
    public let file: String
    /// The tensor concerned; empty for the file as a whole.
    public let tensor: String
    /// What was found and what was expected.
    public let reason: String

    /// Names the file, the tensor and the reason.
    public init(file: String, tensor: String = "", reason: String) {
        self.file = file
        self.tensor = tensor
        self.reason = reason
    }

    /// One line: file, tensor, reason.
    public var description: String {
        tensor.isEmpty ? "\(file): \(reason)" : "\(file): tensor '\(tensor)': \(reason)"
    }
}
