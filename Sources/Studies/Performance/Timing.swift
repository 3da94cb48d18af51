import Dispatch
import Numerics

/// The measured durations of repeated work.
public struct Timing: Codable, Sendable {
    /// The duration of each repetition in milliseconds, in order.
    public let milliseconds: [Double]

    /// The median duration in milliseconds.
    public var median: Double { milliseconds.median ?? .nan }

    /// Runs `body` `warmUp` times without and `repetitions` times with measurement.
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
