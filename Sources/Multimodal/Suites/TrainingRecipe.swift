/// A set of defaults for the training and encoding settings that a suite does not give.
public enum TrainingRecipe: String, NamedChoice {
    /// Defaults that work well on new data without tuning.
    case robust
    /// The published training: Adam with an L2 penalty, unchanged inputs, no regularisation against
    /// overfitting.
    case published
}

/// The form of weight decay that the optimiser applies.
public enum OptimiserKind: String, NamedChoice {
    /// Adam; the L2 penalty is part of the gradient (public implementation).
    case adam
    /// Adam with decoupled weight decay of matrices. Norms, biases, embeddings and latents do not
    /// decay. Source: Loshchilov & Hutter 2019.
    case adamw
}

/// The criterion that selects the epoch whose parameters are kept.
public enum KeepCriterion: String, NamedChoice {
    /// The share of the chance loss that the model removes on the validation split, averaged over
    /// tasks.
    case loss
    /// The first metric on the validation split, summed over tasks (public implementation).
    case metric
}

/// The scaling of the task losses before they are added.
public enum LossBalance: String, NamedChoice {
    /// No scaling (public implementation).
    case none
    /// Each loss divided by the chance loss on the training split.
    case chance
    /// As ``chance``, and with less weight for tasks that memorise their training rows and gain
    /// nothing on validation rows.
    case generalisation
}

/// The steps of an epoch in which a task with few batches is trained.
public enum TaskPacing: String, NamedChoice {
    /// The last steps, so that all tasks run together towards the end (paper).
    case late
    /// Evenly spaced steps.
    case even
}

/// An additional path from simple statistics of the inputs to a task's outputs.
public enum SummaryPathKind: String, NamedChoice {
    /// No such path (public implementation).
    case none
    /// A linear map that is fitted to the training split before the model trains.
    case linear
    /// The same with piecewise-linear features of the statistics, where these explain held-out rows
    /// better: an additive model.
    case additive
}
