import Torch

/// The implementation of the model's blocks. Both compute the same function, up to rounding.
public enum Arithmetic: String, Codable, CaseIterable, Sendable {
    /// Fused blocks on the CPU, composed operations on other devices.
    case automatic
    /// LibTorch operations on every device.
    case composed

    /// True when the blocks are fused on a device.
    func isFused(on device: Device) -> Bool { self == .automatic && device == .cpu }
}
