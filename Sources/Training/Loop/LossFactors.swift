import Foundation

/// The factors that take weight from tasks that only memorise their training rows.
///
/// While a task learns what holds for new samples, its training loss and its validation loss fall
/// together. A task that memorises lowers the training loss alone. If its validation loss is also
/// no lower than before training, when the summary path alone answered, it gains nothing from the
/// shared parameters, and its gradients are noise against which other tasks have to work.
///
/// The factor is a power of the ratio of the two losses, both in units of the chance loss, and at
/// most 1. The power falls from 3 for a task that has gained nothing to 0 for one whose validation
/// loss has fallen by a tenth.
struct LossFactors {
    /// The minimum factor. A head whose task has no weight at all would lose touch with the
    /// encoders.
    private static let least = 0.02
    /// The power for a task that has gained nothing.
    private static let power = 3.0
    /// The relative fall of the validation loss that keeps the whole weight.
    private static let gain = 0.1

    /// Task → the chance loss on the training split.
    let trainingChance: [String: Double]
    /// Task → the chance loss on the validation split.
    let validationChance: [String: Double]

    /// Returns the factor of each task in the epoch after a record. Tasks without validation rows
    /// have none.
    ///
    /// - Parameters:
    ///   - record: The record of the latest epoch.
    ///   - start: Task → its validation loss before training; the chance loss for a task without an
    ///     entry.
    func next(after record: EpochRecord, start: [String: Double]) -> [String: Double] {
        record.trainingLoss.reduce(into: [:]) { factors, entry in
            let (task, loss) = entry
            guard let validation = record.validation[task], validation.samples > 0, validation.loss > 0,
                let trainingUnit = trainingChance[task], let validationUnit = validationChance[task]
            else { return }
            let ratio = (loss / trainingUnit) / (validation.loss / validationUnit)
            let gain = 1 - validation.loss / (start[task] ?? validationUnit)
            let power = Self.power * min(1, max(0, 1 - gain / Self.gain))
            factors[task] = min(1, max(Self.least, pow(ratio, power)))
        }
    }
}
