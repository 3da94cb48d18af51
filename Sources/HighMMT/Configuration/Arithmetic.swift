import Torch

/// Which of two ways to compute the same function.
public enum Arithmetic: String, Codable, CaseIterable, Sendable {
    /// Fused blocks on the CPU, composed operations elsewhere.
    case automatic
    /// LibTorch's operations, on every device.
    case composed

    func isFused(on device: Device) -> Bool { self == .automatic && device == .cpu }
}
