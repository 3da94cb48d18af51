import CTorch

/// The device that stores a tensor and runs its operations.
public enum Device: Hashable, Sendable, CustomStringConvertible {
    /// The CPU.
    case cpu
    /// An NVIDIA GPU, by index.
    case cuda(Int)
    /// An Apple GPU.
    case mps

    /// Creates a device from text such as `cpu`, `cuda`, `cuda:1` or `mps`, and checks that it is
    /// available.
    ///
    /// - Throws: ``TorchError`` when the text names no device, or a device that this machine or
    ///   LibTorch lacks.
    public init(parsing text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        let index = parts.count == 2 ? Int(parts[1]) : 0
        switch (parts.first, parts.count, index) {
        case ("cpu", 1, _):
            self = .cpu
        case ("mps", 1, _):
            guard ct_mps_is_available() else {
                throw TorchError(operation: "device", message: "'mps' is not available: LibTorch finds no Apple GPU")
            }
            self = .mps
        case ("cuda", 1...2, .some(let index)) where index >= 0:
            let count = Int(ct_cuda_device_count())
            guard index < count else {
                throw TorchError(
                    operation: "device", message: "'\(text)' is not available: LibTorch finds \(count) CUDA devices")
            }
            self = .cuda(index)
        default:
            throw TorchError(
                operation: "device", message: "'\(text)' is not a device; expected cpu, cuda, cuda:N or mps")
        }
    }

    /// The fastest kind of device available: CUDA, then an Apple GPU, then the CPU.
    public static var best: Device {
        if ct_cuda_device_count() > 0 { return .cuda(0) }
        return ct_mps_is_available() ? .mps : .cpu
    }

    /// The text form accepted by ``init(parsing:)``.
    public var description: String {
        switch self {
        case .cpu: "cpu"
        case .cuda(let index): "cuda:\(index)"
        case .mps: "mps"
        }
    }

    /// Waits until all operations queued on the device have finished.
    ///
    /// - Throws: ``TorchError`` when an earlier operation on the device failed.
    public func synchronize() throws {
        try checked("synchronize") { ct_synchronize(cKind, cIndex) }
    }

    var cKind: CTDeviceKind {
        switch self {
        case .cpu: CT_CPU
        case .cuda: CT_CUDA
        case .mps: CT_MPS
        }
    }

    var cIndex: Int32 {
        if case .cuda(let index) = self { return Int32(clamping: index) }
        return 0
    }
}
