import Foundation
import Multimodal
import Torch

/// `settings.json` of a measurement: what its trainings depend on.
struct MeasurementSettings: Codable, Equatable {
    var budget: TransferBudget
    var inputs: MeasurementInputs

    init(budget: TransferBudget, inputs: MeasurementInputs) {
        self.budget = budget
        self.inputs = inputs
    }

    /// Reads the file. Earlier versions kept the text of the suite, less what they knew not to matter.
    ///
    /// - Throws: `FileError` that says why the settings cannot be compared.
    init(data: Data, file: String) throws {
        struct Earlier: Decodable {
            var budget: TransferBudget
            var suite: String
        }
        if let settings = try? JSONDecoder().decode(MeasurementSettings.self, from: data) {
            self = settings
        } else if let earlier = try? JSONDecoder().decode(Earlier.self, from: data) {
            do {
                let suite = try Suite(yaml: earlier.suite, file: file)
                self.init(budget: earlier.budget, inputs: MeasurementInputs(suite))
            } catch {
                throw FileError(
                    path: file,
                    reason:
                        "is of another version, whose suite cannot be read (\(error)); remove the folder to begin anew")
            }
        } else {
            throw FileError(path: file, reason: "is not the settings of a measurement")
        }
    }
}
