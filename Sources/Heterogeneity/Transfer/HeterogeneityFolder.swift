import Files
import Foundation
import Multimodal
import Torch

/// The folder `heterogeneity` of a run.
///
/// It holds `settings.json`, and finished trainings in `entries/modalities` and
/// `entries/interactions`. Each of the two kinds also has `….json` (normalised distances, from
/// which groups are formed), `…-nats.json` and `…-information.json`.
public struct HeterogeneityFolder: Sendable {
    /// The path of the folder.
    public let path: String

    /// Creates a reference to the folder of a run, which need not exist.
    ///
    /// - Parameter run: The path of the run.
    public init(run: String) { path = "\(run)/heterogeneity" }

    /// Returns the path of the folder of finished trainings.
    public func entries(_ kind: HeterogeneityKind) -> String { "\(path)/entries/\(kind.rawValue)" }

    /// Returns the path of the normalised distances.
    public func matrixPath(_ kind: HeterogeneityKind) -> String { "\(path)/\(kind.rawValue).json" }

    /// Returns the normalised distances; `nil` when they do not exist.
    ///
    /// - Throws: ``MatrixError`` that names the file when it is not a valid matrix.
    public func matrix(_ kind: HeterogeneityKind) throws -> HeterogeneityMatrix? {
        let path = matrixPath(kind)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: path))
    }

    /// True when a measurement was started here. Matrices without a measurement were placed here by
    /// hand.
    public var isMeasured: Bool { FileManager.default.fileExists(atPath: settingsPath) }

    /// The path of the settings that trainings depend on.
    private var settingsPath: String { "\(path)/settings.json" }

    /// The path of the diagnoses of all pairs of modalities.
    public var diagnosesPath: String { "\(path)/pairs.json" }

    /// Writes the diagnoses of all pairs of modalities.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(_ diagnoses: [PairDiagnosis]) throws { try write(diagnoses, to: diagnosesPath) }

    /// Reads the diagnoses of all pairs of modalities.
    ///
    /// - Throws: `FileError` when the file does not exist or is invalid.
    public func diagnoses() throws -> [PairDiagnosis] {
        guard let data = FileManager.default.contents(atPath: diagnosesPath) else {
            throw FileError(
                path: diagnosesPath,
                reason: "cannot be read; it is written when modalities and interactions are measured")
        }
        do {
            return try JSONFile.decode([PairDiagnosis].self, from: data)
        } catch {
            throw FileError(path: diagnosesPath, reason: "is not a list of pairs: \(error.oneLine)")
        }
    }

    /// Creates the folder for a measurement, or checks that the existing one has the same suite and
    /// budget. The numbers of seeds may differ, since trainings with some seeds can be extended by
    /// others.
    ///
    /// - Throws: ``HeterogeneityError`` that names the difference; `FileError` when the folder
    ///   cannot be read or written.
    public func prepare(for suite: Suite, budget: TransferBudget) throws {
        let settings = MeasurementSettings(budget: budget, inputs: MeasurementInputs(suite))
        if try check(settings) {
            try Folder.make(path)
            try write(settings, to: settingsPath)
        }
    }

    /// Checks that the folder has trainings of a suite and budget, of which another measurement can
    /// take those that it lacks.
    ///
    /// - Throws: ``HeterogeneityError`` that names the difference, or a folder without trainings;
    ///   `FileError` when the settings cannot be read.
    public func checkPart(of suite: Suite, budget: TransferBudget) throws {
        guard isMeasured else {
            throw HeterogeneityError("\(path): contains no measurement to merge; expected the folder of a part")
        }
        _ = try check(MeasurementSettings(budget: budget, inputs: MeasurementInputs(suite)))
    }

    /// Checks that a measurement in the folder is of the same suite and budget.
    ///
    /// - Returns: True when the settings are not, or not all, in the folder.
    private func check(_ settings: MeasurementSettings) throws -> Bool {
        let (file, budget) = (settingsPath, settings.budget)
        if let data = FileManager.default.contents(atPath: file) {
            let before = try MeasurementSettings(data: data, file: file)
            var comparable = before.budget
            comparable.seeds = budget.seeds
            comparable.referenceSeeds = budget.referenceSeeds
            guard comparable == budget else {
                throw HeterogeneityError(
                    "\(path): contains a measurement with \(before.budget), now \(budget); remove the folder to start "
                        + "again")
            }
            guard before.inputs == settings.inputs else {
                let words = try SettingsText(before.inputs).difference(from: SettingsText(settings.inputs))
                    .map { ": '\($0)' there, '\($1)' now" }
                throw HeterogeneityError(
                    "\(path): contains a measurement of another suite\(words ?? ""); choose another folder with --run")
            }
            return before != settings
        }
        return true
    }

    /// Writes the matrices of a finished measurement.
    ///
    /// - Throws: `FileError` when a file cannot be written.
    public func write(_ matrices: TransferMatrices, _ kind: HeterogeneityKind) throws {
        try write(matrices.nats, to: "\(path)/\(kind.rawValue)-nats.json")
        if let information = matrices.information {
            try write(information, to: "\(path)/\(kind.rawValue)-information.json")
        }
        try write(matrices.normalised, to: matrixPath(kind))
    }

    private func write(_ value: some Encodable, to file: String) throws {
        try JSONFile.write(value, to: file, layout: .compact)
    }
}
