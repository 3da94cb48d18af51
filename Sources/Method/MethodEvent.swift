import Heterogeneity
import Training

/// An event of the method or of a part of it.
public enum MethodEvent {
    /// A step of the method begins, even if its work is already done.
    case began(MethodStep)
    /// The data and model of a stage are ready. The stage may already be trained.
    case opened(StageRun)
    /// An event of the training of a stage.
    case training(TrainingEvent)
    /// A measurement starts or resumes. Every pair is measured in both directions.
    case measures(HeterogeneityKind, entries: Int, pairs: Int, budget: TransferBudget)
    /// A training of a measurement has finished; sent from its worker thread.
    case measuring(TransferProgress)
    /// A shard of a measurement has finished, and the others are missing.
    case measuredPart(HeterogeneityKind, TransferShard)
    /// A measurement has finished.
    case measured(HeterogeneityKind, TransferMatrices)
    /// The pairs of modalities have been diagnosed.
    case diagnosed([PairDiagnosis])
    /// The groups have been chosen.
    case grouped(SharingGroups)
    /// The names `task/first+second` of the pairs that the pruned model leaves out.
    case leftOut([String])
}

/// Receives the events of the method, in part from other threads.
public typealias MethodObserver = @Sendable (MethodEvent) -> Void
