import Torch

/// The mean of the parameters of a model over the steps of an epoch. All steps have equal weight,
/// unlike in the running mean of a `ParameterAverage`.
struct EpochMean {
    private let parameters: ParameterStore
    private var sum: Tensor
    private var count = 0

    /// Creates an empty mean.
    init(of parameters: ParameterStore) throws {
        self.parameters = parameters
        sum = try Tensor.zeros([parameters.count])
    }

    /// Adds the current parameters to the mean.
    mutating func add() throws {
        sum = try sum + parameters.values
        count += 1
    }

    /// Runs `body` with the parameters replaced by their mean, and restores them afterwards.
    func inPlace(_ body: () throws -> Void) throws {
        let current = try parameters.values.cloned()
        try parameters.values.overwrite(with: sum * (1 / Double(max(1, count))))
        try body()
        try parameters.values.overwrite(with: current)
    }
}
