import HighMMT
import Torch

/// The epoch with the smallest mean loss so far, and its parameters.
struct BestEpoch {
    /// The mean loss of every epoch.
    private(set) var losses: [Double] = []
    private var best: (epoch: Int, loss: Double, values: Tensor)?

    /// The number of epochs since the best one.
    var epochsSince: Int { best.map { losses.count - 1 - $0.epoch } ?? 0 }

    /// Adds an epoch, and keeps the parameters if it is the best so far.
    ///
    /// - Returns: The mean loss.
    mutating func add(_ sampleLosses: [Double], _ model: HighMMTModel) throws -> Double {
        let loss = sampleLosses.reduce(0, +) / Double(sampleLosses.count)
        losses.append(loss)
        if loss < best?.loss ?? .infinity {
            best = (losses.count - 1, loss, try model.parameters.values.cloned())
        }
        return loss
    }

    /// Gives a model the parameters of the best epoch.
    func restore(_ model: HighMMTModel) throws {
        if let best { try model.parameters.values.overwrite(with: best.values) }
    }
}
