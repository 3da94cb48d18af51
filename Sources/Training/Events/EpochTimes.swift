import Files
import Torch

/// Records the durations of epochs and the memory of the process in `timing.json`.
final class EpochTimes: TrainingObserver {
    private let path: String
    private let device: Device
    private let clock = ContinuousClock()
    private var stage = TrainingStage.first
    /// The start of the current epoch; `nil` when another process started it.
    private var start: ContinuousClock.Instant?

    init(path: String, device: Device) {
        self.path = path
        self.device = device
    }

    func observe(_ event: TrainingEvent) throws {
        switch event {
        case .began(let stage, _, _, let step):
            self.stage = stage
            start = step == 0 ? clock.now : nil
        case .epochEnded(let record, _):
            if let start { try write(record.epoch, clock.now - start) }
            start = clock.now
        default: break
        }
    }

    private func write(_ epoch: Int, _ duration: Duration) throws {
        var timing = RunTiming(path: path) ?? RunTiming()
        var times = timing.stages[stage] ?? RunTiming.Stage(device: "", threads: 0)
        (times.device, times.threads) = (device.description, LibTorch.threads)
        times.seconds[epoch] = duration / .seconds(1)
        times.peakMemory = [times.peakMemory, ResidentMemory.peak].compactMap(\.self).max()
        timing.stages[stage] = times
        try timing.write(to: path)
    }
}
