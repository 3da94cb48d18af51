import CTorch

/// A failed tensor operation.
public struct TorchError: Error, CustomStringConvertible, Equatable {
    /// The name of the operation that failed.
    public var operation: String
    /// The shapes of its inputs.
    public var shapes: [[Int]]
    /// The problem and the expectation.
    public var message: String

    /// Creates an error for an operation and the shapes of its inputs.
    public init(operation: String, shapes: [[Int]] = [], message: String) {
        self.operation = operation
        self.shapes = shapes
        self.message = message
    }

    /// The error in one line: operation, shapes, problem.
    public var description: String {
        let inputs = shapes.map { "[\($0.map(String.init).joined(separator: ", "))]" }.joined(separator: " and ")
        return inputs.isEmpty ? "\(operation): \(message)" : "\(operation) of \(inputs): \(message)"
    }
}

/// Runs a C call and throws the error it reports.
func checked(_ operation: String, _ inputs: [Tensor] = [], _ call: () -> CTMessage?) throws {
    guard let message = call() else { return }
    defer { ct_message_free(message) }
    throw TorchError(operation: operation, shapes: inputs.map(\.shape), message: String(cString: message))
}

/// Runs a C call that returns a tensor.
func produced(
    _ operation: String, _ inputs: [Tensor] = [], _ call: (UnsafeMutablePointer<CTTensor?>) -> CTMessage?
) throws -> Tensor {
    var handle: CTTensor?
    try checked(operation, inputs) { call(&handle) }
    guard let handle else {
        throw TorchError(operation: operation, shapes: inputs.map(\.shape), message: "LibTorch returned no tensor")
    }
    return Tensor(owning: handle)
}

/// Runs a C call that takes a list of 64-bit integers and returns a tensor.
func produced(
    _ operation: String, _ inputs: [Tensor], _ integers: [Int],
    _ call: (UnsafeMutablePointer<CTTensor?>, UnsafePointer<Int64>?, Int64) -> CTMessage?
) throws -> Tensor {
    try integers.map(Int64.init).withUnsafeBufferPointer { list in
        try produced(operation, inputs) { call($0, list.baseAddress, Int64(list.count)) }
    }
}
