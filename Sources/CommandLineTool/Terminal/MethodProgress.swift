import Foundation
import Heterogeneity
import Method

/// Shows the events of the method on standard error.
final class MethodProgress: @unchecked Sendable {
    private let lock = NSLock()
    private let measurement = MeasurementProgress()
    private var training: TrainingProgress?
    private var hasRemarked = false

    /// Shows an event. Measurements call this from several threads.
    @Sendable func show(_ event: MethodEvent) {
        switch event {
        case .began(let step): Terminal.write(Terminal.bold("== \(MethodStepText(step).text)") + "\n")
        case .opened(let run):
            lock.withLock { training = TrainingProgress(tasks: run.tasks) }
            Terminal.write(StageRunText(run).text + "\n")
            let isFirst = lock.withLock {
                defer { hasRemarked = true }
                return !hasRemarked
            }
            if isFirst { Terminal.writeRemarks(on: run.tasks.map(\.dataset)) }
        case .training(let event): lock.withLock { training }?.show(event)
        case .measures(let kind, let entries, let pairs, let budget):
            Terminal.write("\(kind.rawValue): \(entries) entries, \(pairs) pairs in both directions, \(budget)\n")
        case .measuring(let progress): measurement.show(progress)
        case .measuredPart(let kind, let shard):
            Terminal.write("\(kind.rawValue): shard \(shard.index)/\(shard.count) is done\n")
        case .measured(let kind, let matrices):
            Terminal.write(HeterogeneityText(matrices, kind: kind).text + "\n")
        case .diagnosed(let diagnoses): Terminal.write(PairDiagnosesText(diagnoses).text + "\n")
        case .grouped(let groups): Terminal.write(SharingGroupsText(groups).text + "\n")
        case .leftOut(let pairs): Terminal.write("omitted pairs: \(pairs.joined(separator: " "))\n")
        }
    }
}
