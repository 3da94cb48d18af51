import Dispatch
import Numerics

/// How long something took, several times.
public struct Timing: Codable, Sendable {
    /// Milliseconds of each repetition, in order.
    public let milliseconds: [Double]

    /// The middle of the sorted repetitions.
    public var median: Double { milliseconds.median ?? .nan }

    /// Runs `body` a few times unmeasured and `repetitions` times measured.
    public init(warmUp: Int, repetitions: Int, _ body: () throws -> Void) rethrows {
        for _ in 0..<warmUp { try body() }
        var measured: [Double] = []
        for _ in 0..<repetitions {
            let start = DispatchTime.now().uptimeNanoseconds
            try body()
            measured.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
        }
        milliseconds = measured
    }
}
