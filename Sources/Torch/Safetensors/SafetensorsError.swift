import Files

/// An invalid safetensors file, or content that cannot be written as one.
public struct SafetensorsError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The path of the file.
    public let path: String
    /// The name of the tensor, or `nil` when the error concerns the whole file.
    public let tensor: String?
    /// The problem and the expectation.
    public let reason: String

    /// Creates an error for a file and, where it concerns one tensor, the tensor's name.
    public init(path: String, tensor: String? = nil, reason: String) {
        self.path = path
        self.tensor = tensor
        self.reason = reason
    }

    /// The error in one line: file, tensor, reason.
    public var description: String {
        (tensor.map { "\(path): tensor '\($0)': \(reason)" } ?? "\(path): \(reason)").escapingControlCharacters
    }
}
