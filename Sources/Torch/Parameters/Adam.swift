import CTorch

/// The Adam optimiser with L2 regularisation in the gradient, in one pass over the buffer of a
/// ``ParameterStore``.
///
/// Source: Kingma & Ba 2015. Bias correction and the position of `epsilon` follow
/// `torch.optim.Adam`. A parameter that is not part of a step keeps its value, its moments and its
/// step count.
public final class Adam {
    /// The hyperparameters of Adam.
    public struct Settings: Codable, Equatable, Sendable {
        /// The learning rate.
        public var learningRate: Double
        /// The coefficient λ of the L2 term: λ·θ is added to the gradient.
        public var weightDecay: Double
        /// The decay rate β₁ of the first moments.
        public var beta1: Double
        /// The decay rate β₂ of the second moments.
        public var beta2: Double
        /// The constant ε added to the denominator.
        public var epsilon: Double

        /// Creates hyperparameters. The defaults are those of `torch.optim.Adam`.
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

    /// The current hyperparameters. Changes take effect at the next step.
    public var settings: Settings
    /// The running mean of the gradients, `[count]`.
    public let firstMoments: Tensor
    /// The running mean of the squared gradients, `[count]`.
    public let secondMoments: Tensor

    /// The largest step count that can be restored, far below integer overflow.
    private static let largestStepCount = 1 << 52

    private let parameters: ParameterStore
    private var steps: [String: Int]
    private var known: Selection?

    /// The parameters of the last step, since most steps update the same ones.
    private struct Selection {
        let paths: [String]?
        let involved: [String]
        let ranges: [Range<Int>]
    }

    /// Creates an optimiser that has taken no step.
    ///
    /// - Throws: ``TorchError`` when the moments cannot be allocated.
    public init(_ parameters: ParameterStore, settings: Settings) throws {
        self.parameters = parameters
        self.settings = settings
        firstMoments = try Tensor.zeros([parameters.count], device: parameters.device)
        secondMoments = try Tensor.zeros([parameters.count], device: parameters.device)
        steps = Dictionary(uniqueKeysWithValues: parameters.trainedPaths.map { ($0, 0) })
    }

    /// The number of updates of each parameter, by path.
    public var stepCounts: [String: Int] { steps }

    /// Updates parameters from their gradients.
    ///
    /// - Parameter paths: The parameters to update; `nil` updates all.
    /// - Throws: ``TorchError`` when a path is unknown. No parameter is updated then.
    public func step(_ paths: [String]? = nil) throws {
        let selection = try selection(paths)
        let parts = try parts(of: selection)
        let offsets = parts.map { Int64($0.range.lowerBound) }
        let lengths = parts.map { Int64($0.range.count) }
        let counts = parts.map { Int64($0.step) }
        try checked("Adam") {
            ct_adam(
                parameters.values.handle, parameters.gradients.handle, firstMoments.handle, secondMoments.handle,
                offsets, lengths, counts, Int64(parts.count), settings.learningRate, settings.beta1, settings.beta2,
                settings.epsilon, settings.weightDecay)
        }
        for path in selection.involved { steps[path, default: 0] += 1 }
    }

    private func selection(_ paths: [String]?) throws -> Selection {
        if let known, known.paths == paths { return known }
        let involved = Set((paths ?? parameters.trainedPaths).map { parameters.aliases[$0] ?? $0 })
        let selection = Selection(
            paths: paths, involved: Array(involved), ranges: try parameters.ranges(of: involved))
        known = selection
        return selection
    }

    /// Returns the ranges of the buffer to update, each with the number of its step.
    private func parts(of selection: Selection) throws -> [(range: Range<Int>, step: Int)] {
        let counts = Set(selection.involved.map { (steps[$0] ?? 0) + 1 })
        if counts.count == 1, let count = counts.first { return selection.ranges.map { ($0, count) } }
        let byCount = Dictionary(grouping: selection.involved) { (steps[$0] ?? 0) + 1 }
        return try byCount.sorted { $0.key < $1.key }.flatMap { count, paths in
            try parameters.ranges(of: paths).map { ($0, count) }
        }
    }

    /// Restores saved values of ``firstMoments``, ``secondMoments`` and ``stepCounts``.
    ///
    /// - Throws: ``TorchError`` when shapes or paths do not match the parameters, or a step count
    ///   is out of range. Nothing is restored then.
    public func restore(firstMoments: Tensor, secondMoments: Tensor, stepCounts: [String: Int]) throws {
        guard Set(stepCounts.keys) == Set(parameters.trainedPaths) else {
            throw TorchError(
                operation: "restore Adam", message: "the paths of the step counts do not match the parameters")
        }
        if let count = stepCounts.values.first(where: { !(0...Adam.largestStepCount).contains($0) }) {
            throw TorchError(
                operation: "restore Adam", message: "step count \(count) is out of range; expected 0 to 2^52")
        }
        for moments in [firstMoments, secondMoments] where moments.shape != self.firstMoments.shape {
            throw TorchError(
                operation: "restore Adam", shapes: [moments.shape, self.firstMoments.shape],
                message: "the moments do not match the parameters; expected the second shape")
        }
        try self.firstMoments.overwrite(with: firstMoments)
        try self.secondMoments.overwrite(with: secondMoments)
        steps = stepCounts
    }
}
