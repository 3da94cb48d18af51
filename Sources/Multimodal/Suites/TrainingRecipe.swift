/// A set of defaults for everything that a suite does not say about training and encoding.
public enum TrainingRecipe: String, NamedChoice {
    /// Defaults that learn well on data nobody tuned them for.
    case robust
    /// The published training: Adam with an L2 penalty, inputs as they are stored, nothing against
    /// overfitting.
    case published
}

/// The form of weight decay that the optimiser applies.
public enum OptimiserKind: String, NamedChoice {
    /// Adam; the L2 penalty is part of the gradient (public implementation).
    case adam
    /// Adam with decoupled weight decay of matrices; norms, biases, embeddings and latents do not
    /// decay. Source: Loshchilov & Hutter 2019.
    case adamw
}

/// The criterion by which the parameters of an epoch are kept.
public enum KeepCriterion: String, NamedChoice {
    /// The share of the loss of chance that the model explains on the validation split, averaged
    /// over tasks.
    case loss
    /// The first metric on the validation split, summed over tasks (public implementation).
    case metric
}

/// The unit in which the losses of tasks are added.
public enum LossBalance: String, NamedChoice {
    /// Each loss as it is (public implementation).
    case none
    /// Each loss divided by that of chance on the training split.
    case chance
}

/// The steps of an epoch in which a task with few batches takes part.
public enum TaskPacing: String, NamedChoice {
    /// The last ones, so that all tasks run together towards the end (paper).
    case late
    /// Evenly spread ones.
    case even
}

/// A path from simple statistics of the inputs to the outputs of a task, beside the model.
public enum SummaryPathKind: String, NamedChoice {
    /// None (public implementation).
    case none
    /// A linear map, fitted to the training split before the model is trained.
    case linear
}
