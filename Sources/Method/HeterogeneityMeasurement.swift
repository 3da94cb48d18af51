import Foundation
import Heterogeneity
import Multimodal
import Training

/// The heterogeneities of a suite, measured into the folder of a run, in parts if wished, from where they were stopped.
public final class HeterogeneityMeasurement {
    private let suite: Suite
    private let tasks: [OpenedTask]
    private let run: RunDirectory
    private let folder: HeterogeneityFolder
    private let options: MeasurementOptions
    private var measurements: [HeterogeneityKind: TransferMeasurement] = [:]

    /// Prepares to measure; nothing is written yet.
    ///
    /// - Parameter tasks: the opened tasks of the suite that are trained.
    public init(of suite: Suite, tasks: [OpenedTask], run: RunDirectory, options: MeasurementOptions) {
        self.suite = suite
        self.tasks = tasks
        self.run = run
        self.options = options
        folder = HeterogeneityFolder(run: run.path)
    }

    /// Measures, or continues, and writes the matrices into the run.
    ///
    /// - Returns: nothing when only a part of the work was asked for and the rest is missing.
    /// - Throws: ``Interruption`` when `shouldStop` said so; `RunError` and `HeterogeneityError` when the folder holds something
    ///   else or a loss is not finite; an error that names the file when one cannot be read or written.
    public func measure(
        _ kind: HeterogeneityKind, observer: @escaping MethodObserver = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> TransferMatrices? {
        try run.prepare(for: suite)
        try folder.prepare(for: suite, budget: options.budget)
        let measurement = try measurement(kind)
        try measurement.merge(options.merge.map { HeterogeneityFolder(run: $0).entries(kind) })
        let count = measurement.entries.count
        let pairs = options.samplesPairs ? try EntryPair.sample(of: count, seed: suite.seed) : nil
        observer(
            .measures(
                kind, entries: count, pairs: pairs?.count ?? count * (count - 1) / 2, budget: options.budget))
        let finished = try measurement.run(
            pairs: pairs, shard: options.shard, workers: options.workers, progress: { observer(.measuring($0)) },
            shouldStop: shouldStop)
        guard finished else { throw Interruption.measurement(folder: folder.path) }
        guard options.shard == .whole || !options.merge.isEmpty else {
            observer(.measuredPart(kind, options.shard))
            return nil
        }
        let matrices = try measurement.matrices(pairs: pairs)
        try folder.write(matrices, kind)
        return matrices
    }

    /// What the modalities of every pair say, from the trainings of both measurements that begin at random, which every
    /// estimator needs of every entry; the run keeps it.
    ///
    /// - Returns: nothing where they are not all there.
    /// - Throws: `HeterogeneityError` when a training is missing or was measured on other samples; an error that names the file
    ///   when one is damaged or cannot be written.
    public func diagnose() throws -> [PairDiagnosis]? {
        guard folder.isMeasured, !TransferEntry.pairs(of: tasks).isEmpty,
            HeterogeneityKind.allCases.allSatisfy({ FileManager.default.fileExists(atPath: folder.matrixPath($0)) })
        else { return nil }
        let diagnoses = try PairDiagnosis.all(
            modalities: measurement(.modalities), interactions: measurement(.interactions))
        try folder.write(diagnoses)
        return diagnoses
    }

    private func measurement(_ kind: HeterogeneityKind) throws -> TransferMeasurement {
        if let known = measurements[kind] { return known }
        let made = try TransferMeasurement(
            kind, of: suite, tasks: tasks, budget: options.budget, folder: folder.entries(kind),
            estimator: options.estimator)
        measurements[kind] = made
        return made
    }
}
