import Foundation
import Heterogeneity
import Multimodal
import Training

/// What `heterogeneity` and `run` have in common: a measurement that shows its progress and can be interrupted.
struct HeterogeneityWork {
    let suite: Suite
    let dataRoot: String
    let run: RunDirectory
    let budget: TransferBudget
    let samplesPairs: Bool
    var estimator = TransferEstimator.exact
    var shard = TransferShard.whole
    var merge: [String] = []
    let workers: Int

    /// What the modalities of every pair say, from the trainings of both measurements that begin at random, which every
    /// estimator needs of every entry; nothing where they are not all there.
    func diagnose() throws -> [PairDiagnosis]? {
        let tasks = try suite.open(dataRoot: dataRoot, role: .train)
        let folder = HeterogeneityFolder(run: run.path)
        guard folder.isMeasured, !TransferEntry.pairs(of: tasks).isEmpty,
            HeterogeneityKind.allCases.allSatisfy({ FileManager.default.fileExists(atPath: folder.matrixPath($0)) })
        else { return nil }
        let measurements = try HeterogeneityKind.allCases.map { kind in
            try TransferMeasurement(kind, of: suite, tasks: tasks, budget: budget, folder: folder.entries(kind))
        }
        let diagnoses = try PairDiagnosis.all(modalities: measurements[0], interactions: measurements[1])
        try folder.write(diagnoses)
        return diagnoses
    }

    /// Measures, or continues; nothing when only a part of the work was asked for and the rest is missing.
    func measure(_ kind: HeterogeneityKind, interrupt: InterruptSignal) throws -> TransferMeasurement.Matrices? {
        let tasks = try suite.open(dataRoot: dataRoot, role: .train)
        let folder = HeterogeneityFolder(run: run.path)
        try run.prepare(for: suite)
        try folder.prepare(for: suite, budget: budget)
        let measurement = try TransferMeasurement(
            kind, of: suite, tasks: tasks, budget: budget, folder: folder.entries(kind),
            estimator: estimator)
        try measurement.merge(merge.map { HeterogeneityFolder(run: $0).entries(kind) })
        let count = measurement.entries.count
        let pairs = samplesPairs ? try EntryPair.sample(of: count, seed: suite.seed) : nil
        Terminal.write(
            "\(kind.rawValue): \(count) entries, \(pairs?.count ?? count * (count - 1) / 2) pairs in both directions, "
                + "\(budget)\n")
        let finished = try measurement.run(
            pairs: pairs, shard: shard, workers: workers, progress: MeasurementProgress().show,
            shouldStop: { interrupt.isReceived })
        guard finished else {
            throw Interruption(
                description:
                    "interrupted; finished trainings are kept in \(folder.path): give the same command again to "
                    + "continue")
        }
        guard shard == .whole || !merge.isEmpty else {
            Terminal.write("\(kind.rawValue): shard \(shard.index)/\(shard.count) is done\n")
            return nil
        }
        let matrices = try measurement.matrices(pairs: pairs)
        try folder.write(matrices, kind)
        return matrices
    }
}
