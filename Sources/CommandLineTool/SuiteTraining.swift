import Heterogeneity
import Multimodal
import Torch
import Training

/// What `train`, `finetune`, `run` and `demo` have in common: a run of a suite that shows its progress and can be interrupted.
struct SuiteTraining {
    let suite: Suite
    let dataRoot: String
    let run: RunDirectory
    let device: Device
    /// The groups of stage 2; stage 1 when nothing is given.
    var groups: SharingGroups?
    /// Whether this is the model without some pairs that stands beside stage 2.
    var isPruned = false
    /// The split that is scored at the end.
    var split = Split.test

    /// Trains, or continues, and scores the best parameters on the test splits, or others. What was done already is not done again.
    func train(interrupt: InterruptSignal) throws -> RunResult {
        let training = try SuiteRun(
            suite: suite, dataRoot: dataRoot, run: run, device: device, groups: groups?.sharing,
            keptPairs: groups?.keptPairs, isPruned: isPruned)
        let metrics = training.tasks.map { ($0.name, $0.metrics.first?.rawValue ?? "") }
        let progress = TrainingProgress(metrics: Dictionary(uniqueKeysWithValues: metrics))
        Terminal.write("\(suite.name): \(training.summary)\n")
        let outcome = try training.train(observers: [progress]) { interrupt.isReceived }
        if case .interrupted(let epoch, let step) = outcome {
            throw Interruption(
                description: "interrupted in epoch \(epoch + 1) after step \(step); saved in \(run.path): "
                    + "give the same command again to continue")
        }
        guard split == .test else { return noted(try training.evaluate(on: split, stage: training.stage)) }
        let known = run.result(of: training.stage)
        if let known, known.parameters == training.model.parameters.count, known.split == .test { return noted(known) }
        return noted(try training.evaluate(on: .test, stage: training.stage))
    }

    /// Writes down what was noticed of the training.
    private func noted(_ result: RunResult) -> RunResult {
        for note in result.notes ?? [] { Terminal.write("note: \(note)\n") }
        return result
    }
}
