import Files
import Foundation
import Multimodal
import Torch

/// The content of `settings.json`: everything that the trainings of a measurement depend on.
struct MeasurementSettings: Codable, Equatable {
    var budget: TransferBudget
    var inputs: MeasurementInputs

    init(budget: TransferBudget, inputs: MeasurementInputs) {
        self.budget = budget
        self.inputs = inputs
    }

    /// Reads the file. Earlier versions stored the text of the suite instead of its inputs.
    ///
    /// - Throws: `FileError` when the settings are invalid or their suite cannot be read.
    init(data: Data, file: String) throws {
        struct Earlier: Decodable {
            var budget: TransferBudget
            var suite: String
        }
        if let settings = try? Self.decoder.decode(MeasurementSettings.self, from: data) {
            self = settings
        } else if let earlier = try? JSONFile.decode(Earlier.self, from: data) {
            do {
                let suite = try Suite(stored: earlier.suite, file: file)
                self.init(budget: earlier.budget, inputs: MeasurementInputs(suite))
            } catch {
                throw FileError(
                    path: file,
                    reason: "is of an earlier version, whose suite cannot be read (\(error)); remove the folder to "
                        + "start again")
            }
        } else {
            throw FileError(
                path: file, reason: "does not contain the settings of a measurement; remove the folder to start again")
        }
    }

    /// A decoder that converts snake_case keys only inside the budget. The settings of suites
    /// declare their keys as written.
    private static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            let key = path[path.count - 1]
            guard path[0].stringValue == "budget" else { return key }
            let words = key.stringValue.split(separator: "_")
            return Key(stringValue: words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined())
        }
        return decoder
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
