import Heterogeneity
import Training

/// Something that happened while the method, or a part of it, was at work.
public enum MethodEvent {
    /// A step of the method begins, or turns out to be done.
    case began(MethodStep)
    /// A stage is ready to be trained, or to be found done.
    case opened(StageRun)
    /// Something happened while a stage was trained.
    case training(TrainingEvent)
    /// A measurement of entries begins or continues; pairs are measured in both directions.
    case measures(HeterogeneityKind, entries: Int, pairs: Int, budget: TransferBudget)
    /// A training of a measurement is done; told by the thread that did it.
    case measuring(TransferProgress)
    /// A part of a measurement is done, the others are missing.
    case measuredPart(HeterogeneityKind, TransferShard)
    /// A measurement is finished.
    case measured(HeterogeneityKind, TransferMatrices)
    /// It is known what the modalities of every pair say alone and together.
    case diagnosed([PairDiagnosis])
    /// Groups are chosen.
    case grouped(SharingGroups)
    /// The pruned model does without some pairs.
    case leftOut([String])
}

/// One who hears of the method's events, some of them from other threads.
public typealias MethodObserver = @Sendable (MethodEvent) -> Void
