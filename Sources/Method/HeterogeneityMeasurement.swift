import Files
import Foundation
import Heterogeneity
import Multimodal
import Parallel
import Training

/// A measurement of the heterogeneities of a suite in the folder of a run. It resumes after an
/// interruption and can be divided into shards.
public final class HeterogeneityMeasurement {
    private let suite: Suite
    private let tasks: [OpenedTask]
    private let run: RunDirectory
    private let folder: HeterogeneityFolder
    private let options: MeasurementOptions
    private var measurements: [HeterogeneityKind: TransferMeasurement] = [:]

    /// Creates a measurement, without writing anything.
    ///
    /// - Parameters:
    ///   - suite: The suite.
    ///   - tasks: The opened tasks of the suite with the role `train`.
    ///   - run: The run whose folder keeps the measurement.
    ///   - options: The options of the measurement.
    public init(of suite: Suite, tasks: [OpenedTask], run: RunDirectory, options: MeasurementOptions) {
        self.suite = suite.resolved(for: tasks)
        self.tasks = tasks
        self.run = run
        self.options = options
        folder = HeterogeneityFolder(run: run.path)
    }

    /// Measures one kind of heterogeneity, or resumes, and writes the matrices into the run.
    ///
    /// - Parameters:
    ///   - kind: The kind of heterogeneity.
    ///   - observer: Receives the events, in part from other threads.
    ///   - shouldStop: Returns true to stop; called from the worker threads.
    /// - Returns: The matrices; `nil` when only a shard was requested and the rest is missing, and
    ///   on all processes of a team but the lead.
    /// - Throws: ``Interruption`` when `shouldStop` returned true; `FolderInUse` when another
    ///   process writes into the folder; `RunError` or `HeterogeneityError` when the folder
    ///   contains something else or a loss is not finite; `FileError` that names the file when one
    ///   cannot be read or written.
    public func measure(
        _ kind: HeterogeneityKind, observer: @escaping MethodObserver = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> TransferMatrices? {
        try FolderLock.holding(run.path) { try measureLocked(kind, observer, shouldStop) }
    }

    private func measureLocked(
        _ kind: HeterogeneityKind, _ observer: @escaping MethodObserver, _ shouldStop: @escaping @Sendable () -> Bool
    ) throws -> TransferMatrices? {
        let team = Team.current
        try team.check(equalSuite: suite)
        try team.check(equalData: tasks)
        let measurement = try team.leadFirst {
            if team.isLead {
                try run.prepare(for: suite, tasks: tasks)
                try folder.prepare(for: suite, budget: options.budget)
            }
            return try self.measurement(kind)
        }
        if team.isLead {
            let parts = options.merge.map(HeterogeneityFolder.init)
            for part in parts { try part.checkPart(of: suite, budget: options.budget) }
            try measurement.merge(parts.map { $0.entries(kind) })
        }
        let count = measurement.entries.count
        let pairs = options.samplesPairs ? try EntryPair.sample(of: count, seed: suite.seed) : nil
        observer(
            .measures(
                kind, entries: count, pairs: pairs?.count ?? count * (count - 1) / 2, budget: options.budget))
        let finished = try measurement.run(
            pairs: pairs, shard: options.shard, workers: options.workers, progress: { observer(.measuring($0)) },
            shouldStop: shouldStop)
        guard finished else { throw Interruption.measurement(folder: folder.path) }
        guard team.isLead else { return nil }
        guard options.shard == .whole || !options.merge.isEmpty else {
            observer(.measuredPart(kind, options.shard))
            return nil
        }
        let matrices = try measurement.matrices(pairs: pairs)
        try folder.write(matrices, kind)
        try showInTensorBoard(matrices.normalised, kind)
        return matrices
    }

    private func showInTensorBoard(_ matrix: HeterogeneityMatrix, _ kind: HeterogeneityKind) throws {
        var summaries = EventSummaries()
        summaries.add("heterogeneity/\(kind.rawValue)", matrix: matrix.values.rows)
        if let transfers = matrix.transfers { summaries.add("transfers/\(kind.rawValue)", matrix: transfers.rows) }
        try EventFile(folder: "\(run.tensorBoardPath)/heterogeneity/\(kind.rawValue)").write(summaries)
    }

    /// Diagnoses every pair of modalities, alone and together, and writes the result into the run.
    ///
    /// It uses the random-start trainings of both measurements, which every estimator needs of
    /// every entry.
    ///
    /// - Returns: The diagnoses; `nil` when the measurements are not complete.
    /// - Throws: `HeterogeneityError` when a training is missing or used other samples; `FileError`
    ///   that names the file when one is damaged or cannot be written.
    public func diagnose() throws -> [PairDiagnosis]? {
        guard folder.isMeasured, !TransferEntry.pairs(of: tasks).isEmpty,
            HeterogeneityKind.allCases.allSatisfy({ FileManager.default.fileExists(atPath: folder.matrixPath($0)) })
        else { return nil }
        let diagnoses = try PairDiagnosis.all(
            modalities: measurement(.modalities), interactions: measurement(.interactions))
        try FolderLock.holding(run.path) { try folder.write(diagnoses) }
        return diagnoses
    }

    private func measurement(_ kind: HeterogeneityKind) throws -> TransferMeasurement {
        if let existing = measurements[kind] { return existing }
        let measurement = try TransferMeasurement(
            kind, of: suite, tasks: tasks, budget: options.budget, folder: folder.entries(kind),
            estimator: options.estimator)
        measurements[kind] = measurement
        return measurement
    }
}
