import Foundation
import Numerics
import Studies
import Torch

/// The durations of repeated work, in one line.
struct TimingText {
    private let timing: Timing
    private let work: String
    private let batch: Int

    init(_ timing: Timing, of work: String, batch: Int) {
        self.timing = timing
        self.work = work
        self.batch = batch
    }

    var text: String {
        let range = (timing.milliseconds.min() ?? 0, timing.milliseconds.max() ?? 0)
        return String(
            format: "%@, batch %d, %d threads: %.1f ms (%.1f to %.1f)", work, batch, LibTorch.threads, timing.median,
            range.0, range.1)
    }
}
