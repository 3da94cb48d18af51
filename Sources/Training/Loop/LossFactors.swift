import Foundation

/// The factors that take weight from tasks that memorise their training rows.
///
/// While a task learns what holds for new samples, its training loss and its validation loss fall
/// together. Once it memorises, only the training loss falls, and its gradients become noise in the
/// shared parameters, against which other tasks have to work. The factor is the cube of the ratio
/// of the two losses, both in units of the chance loss, and at most 1. The cube was chosen on the
/// validation splits of five tasks of the field suite.
struct LossFactors {
    /// The minimum factor. A head whose task has no weight at all would lose touch with the
    /// encoders.
    private static let least = 0.02

    /// Task → the chance loss on the training split.
    let trainingChance: [String: Double]
    /// Task → the chance loss on the validation split.
    let validationChance: [String: Double]

    /// Returns the factor of each task in the epoch after a record. Tasks without validation rows
    /// have none.
    func next(after record: EpochRecord) -> [String: Double] {
        record.trainingLoss.reduce(into: [:]) { factors, entry in
            let (task, loss) = entry
            guard let validation = record.validation[task], validation.samples > 0, validation.loss > 0,
                let trainingUnit = trainingChance[task], let validationUnit = validationChance[task]
            else { return }
            let ratio = (loss / trainingUnit) / (validation.loss / validationUnit)
            factors[task] = min(1, max(Self.least, pow(ratio, 3)))
        }
    }
}
