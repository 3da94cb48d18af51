import CTorch

/// Adam with L2 regularisation added to the gradient, as one pass over the buffer of a ``ParameterStore``.
///
/// Source: Kingma & Ba 2015; bias corrections and the place of `epsilon` as in `torch.optim.Adam`. A parameter that had
/// no part in a step keeps its value, its moments and its step count.
public final class Adam {
    /// The numbers that steer the updates.
    public struct Settings: Codable, Equatable, Sendable {
        /// The size of a step.
        public var learningRate: Double
        /// The weight of the squared norm in the gradient.
        public var weightDecay: Double
        /// The decay of the first moment.
        public var beta1: Double
        /// The decay of the second moment.
        public var beta2: Double
        /// What is added to the denominator.
        public var epsilon: Double

        /// Settings with the usual decays.
        public init(
            learningRate: Double, weightDecay: Double = 0, beta1: Double = 0.9, beta2: Double = 0.999,
            epsilon: Double = 1e-8
        ) {
            self.learningRate = learningRate
            self.weightDecay = weightDecay
            self.beta1 = beta1
            self.beta2 = beta2
            self.epsilon = epsilon
        }
    }

    /// The numbers that steer the updates.
    public var settings: Settings
    /// The running mean of gradients, (count).
    public let firstMoments: Tensor
    /// The running mean of squared gradients, (count).
    public let secondMoments: Tensor

    /// Counting on from here never overflows.
    private static let largestStepCount = 1 << 52

    private let parameters: ParameterStore
    private var steps: [String: Int]

    /// An optimiser that has made no step.
    ///
    /// - Throws: ``TorchError`` when there is no memory for the moments.
    public init(_ parameters: ParameterStore, settings: Settings) throws {
        self.parameters = parameters
        self.settings = settings
        firstMoments = try Tensor.zeros([parameters.count], device: parameters.device)
        secondMoments = try Tensor.zeros([parameters.count], device: parameters.device)
        steps = Dictionary(uniqueKeysWithValues: parameters.paths.map { ($0, 0) })
    }

    /// How many updates each parameter has had, by path.
    public var stepCounts: [String: Int] { steps }

    /// Updates the given parameters from their gradients.
    ///
    /// - Parameter paths: the parameters that took part in the step; all of them when nothing is given.
    /// - Throws: ``TorchError`` when there is no such parameter.
    public func step(_ paths: [String]? = nil) throws {
        let involved = Set((paths ?? parameters.paths).map { parameters.aliases[$0] ?? $0 })
        let byCount = Dictionary(grouping: involved) { (steps[$0] ?? 0) + 1 }
        var parts: [(range: Range<Int>, step: Int)] = []
        for (count, paths) in byCount.sorted(by: { $0.key < $1.key }) {
            parts += try parameters.ranges(of: paths).map { ($0, count) }
        }
        let offsets = parts.map { Int64($0.range.lowerBound) }
        let lengths = parts.map { Int64($0.range.count) }
        let counts = parts.map { Int64($0.step) }
        try checked("Adam") {
            ct_adam(
                parameters.values.handle, parameters.gradients.handle, firstMoments.handle, secondMoments.handle,
                offsets, lengths, counts, Int64(parts.count), settings.learningRate, settings.beta1, settings.beta2,
                settings.epsilon, settings.weightDecay)
        }
        for path in involved { steps[path, default: 0] += 1 }
    }

    /// Restores what ``firstMoments``, ``secondMoments`` and ``stepCounts`` held.
    ///
    /// - Throws: ``TorchError`` when shapes or paths differ from those of the parameters; nothing is restored then.
    public func restore(firstMoments: Tensor, secondMoments: Tensor, stepCounts: [String: Int]) throws {
        guard Set(stepCounts.keys) == Set(parameters.paths) else {
            throw TorchError(operation: "restore Adam", message: "the step counts are those of other parameters")
        }
        if let count = stepCounts.values.first(where: { !(0...Adam.largestStepCount).contains($0) }) {
            throw TorchError(operation: "restore Adam", message: "\(count) is no number of steps")
        }
        for moments in [firstMoments, secondMoments] where moments.shape != self.firstMoments.shape {
            throw TorchError(
                operation: "restore Adam", shapes: [moments.shape, self.firstMoments.shape],
                message: "the moments are those of other parameters")
        }
        try self.firstMoments.overwrite(with: firstMoments)
        try self.secondMoments.overwrite(with: secondMoments)
        steps = stepCounts
    }
}
