import Torch
import Training

/// The model and the tasks of a training, in one line.
struct StageRunText {
    private let run: StageRun

    init(_ run: StageRun) { self.run = run }

    var text: String {
        let streams = run.tasks.reduce(0) { $0 + $1.modalities.count }
        return "\(run.suite.name): \(run.tasks.count) tasks, \(streams) streams, one model of "
            + "\(run.model.parameters.count) parameters, seed \(run.suite.seed), \(run.model.parameters.device), "
            + "\(LibTorch.threads) threads"
    }
}
