import Foundation
import Heterogeneity
import Multimodal
import Torch
import Training

/// The whole method, step by step; each step finds what it has already done.
struct SuiteWork {
    let suite: Suite
    let dataRoot: String
    let run: RunDirectory
    let device: Device
    let grouping: GroupingOptions
    let heterogeneity: HeterogeneityWork

    /// Does what is not done yet, and scores the best parameters of stage 2 on the test splits.
    func perform(interrupt: InterruptSignal) throws -> RunResult {
        let first = try SuiteTraining(suite: suite, dataRoot: dataRoot, run: run, device: device)
            .train(interrupt: interrupt)
        Terminal.write(first.text + "\n")
        let tasks = try suite.open(dataRoot: dataRoot, role: .train)
        let counts = [
            HeterogeneityKind.modalities: TransferEntry.streams(of: tasks).count,
            .interactions: TransferEntry.pairs(of: tasks).count,
        ]
        for kind in HeterogeneityKind.allCases where counts[kind] ?? 0 >= 2 {
            let path = HeterogeneityFolder(run: run.path).matrixPath(kind)
            guard !FileManager.default.fileExists(atPath: path) else { continue }
            if let matrices = try heterogeneity.measure(kind, interrupt: interrupt) {
                Terminal.write(HeterogeneityText(matrices, kind: kind).text + "\n")
            }
        }
        if let diagnoses = try heterogeneity.diagnose() { Terminal.write(PairDiagnosesText(diagnoses).text + "\n") }
        guard counts.values.contains(where: { $0 >= 2 }) else { return first }
        let groups = try grouping.groups(of: run)
        Terminal.write(groups.text + "\n")
        return try SuiteTraining(
            suite: suite, dataRoot: dataRoot, run: run, device: device, groups: groups
        ).train(interrupt: interrupt)
    }
}
