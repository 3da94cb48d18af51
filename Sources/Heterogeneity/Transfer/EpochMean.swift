import Torch

/// The mean of a model's parameters over the steps of an epoch, every step with the same weight, unlike the running mean of a
/// `ParameterAverage`.
struct EpochMean {
    private let parameters: ParameterStore
    private var sum: Tensor
    private var count = 0

    /// A mean over no step yet.
    init(of parameters: ParameterStore) throws {
        self.parameters = parameters
        sum = try Tensor.zeros([parameters.count])
    }

    /// Takes the parameters into the mean.
    mutating func add() throws {
        sum = try sum + parameters.values
        count += 1
    }

    /// Runs `body` with the mean in the place of the parameters.
    func inPlace(_ body: () throws -> Void) throws {
        let current = try parameters.values.cloned()
        try parameters.values.overwrite(with: sum * (1 / Double(max(1, count))))
        try body()
        try parameters.values.overwrite(with: current)
    }
}
