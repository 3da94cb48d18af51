/// A safetensors file, or what should become one, is not valid.
public struct SafetensorsError: Error, CustomStringConvertible, Hashable, Sendable {
    /// The file concerned.
    public let path: String
    /// The tensor concerned, where it is about one.
    public let tensor: String?
    /// What was found and what was expected.
    public let reason: String

    /// Names the file, the tensor if there is one, and the reason.
    public init(path: String, tensor: String? = nil, reason: String) {
        self.path = path
        self.tensor = tensor
        self.reason = reason
    }

    /// One line: file, tensor, reason.
    public var description: String {
        guard let tensor else { return "\(path): \(reason)" }
        return "\(path): tensor '\(tensor)': \(reason)"
    }
}
