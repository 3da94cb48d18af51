import Files
import Foundation
import Multimodal
import Torch

/// The folder `heterogeneity` of a run.
///
/// `settings.json`, `entries/modalities` and `entries/interactions` with finished trainings, and for each of the two
/// `….json` (normalised distances, what groups are made from), `…-nats.json` and `…-information.json`.
public struct HeterogeneityFolder: Sendable {
    /// What trainings depend on; a folder holds those of one such setting.
    struct Settings: Codable, Equatable {
        var budget: TransferBudget
        var suite: String
    }

    /// Where it lies.
    public let path: String

    /// Names the folder of a run, which need not be there.
    public init(run: String) { path = "\(run)/heterogeneity" }

    /// Where finished trainings are kept.
    public func entries(_ kind: HeterogeneityKind) -> String { "\(path)/entries/\(kind.rawValue)" }

    /// The normalised distances.
    public func matrixPath(_ kind: HeterogeneityKind) -> String { "\(path)/\(kind.rawValue).json" }

    /// Whether something was measured here, or begun; matrices may also have been put here by hand.
    public var isMeasured: Bool { FileManager.default.fileExists(atPath: settingsPath) }

    /// What trainings depend on.
    private var settingsPath: String { "\(path)/settings.json" }

    /// What the modalities of every pair say alone and together.
    public var diagnosesPath: String { "\(path)/pairs.json" }

    /// Writes what the modalities of every pair say.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func write(_ diagnoses: [PairDiagnosis]) throws { try write(diagnoses, to: diagnosesPath) }

    /// Reads what the modalities of every pair say.
    ///
    /// - Throws: `FileError` when there is nothing to read.
    public func diagnoses() throws -> [PairDiagnosis] {
        guard let data = FileManager.default.contents(atPath: diagnosesPath),
            let diagnoses = try? JSONFile.decode([PairDiagnosis].self, from: data)
        else {
            throw FileError(
                path: diagnosesPath,
                reason: "cannot be read; it is written when modalities and interactions are measured")
        }
        return diagnoses
    }

    /// Makes the folder for a measurement, or checks that the one there is of the same suite and budget. The numbers of seeds
    /// may differ: what was measured with some is a part of what more will tell.
    ///
    /// - Throws: ``HeterogeneityError`` that names what differs; `FileError` when the folder cannot be written.
    public func prepare(for suite: Suite, budget: TransferBudget) throws {
        let settings = Settings(budget: budget, suite: try HeterogeneityFolder.text(of: suite))
        let file = settingsPath
        if let known = FileManager.default.contents(atPath: file) {
            guard let before = try? JSONFile.decode(Settings.self, from: known) else {
                throw FileError(path: file, reason: "is not the settings of a measurement")
            }
            var comparable = before.budget
            comparable.seeds = budget.seeds
            comparable.referenceSeeds = budget.referenceSeeds
            guard comparable == budget else {
                throw HeterogeneityError(
                    "\(path): holds a measurement with \(before.budget), now \(budget); remove the folder to begin anew"
                )
            }
            guard before.suite == settings.suite else {
                throw HeterogeneityError(
                    "\(path): holds a measurement of another suite; choose another folder with --run")
            }
            if before != settings { try write(settings, to: file) }
            return
        }
        try Folder.make(path)
        try write(settings, to: file)
    }

    /// Writes the matrices of a finished measurement.
    ///
    /// - Throws: `FileError` when a file cannot be written.
    public func write(_ matrices: TransferMeasurement.Matrices, _ kind: HeterogeneityKind) throws {
        try write(matrices.nats, to: "\(path)/\(kind.rawValue)-nats.json")
        if let information = matrices.information {
            try write(information, to: "\(path)/\(kind.rawValue)-information.json")
        }
        try write(matrices.normalised, to: matrixPath(kind))
    }

    private func write(_ value: some Encodable, to file: String) throws {
        try JSONFile.write(value, to: file, layout: .compact)
    }

    /// The suite without what a measurement does not depend on.
    private static func text(of suite: Suite) throws -> String {
        var suite = suite
        suite.training.epochs = 0
        suite.training.patience = nil
        suite.training.epochBatches = nil
        suite.training.samples = nil
        suite.training.modalityDropout = 0
        suite.training.schedule = .constant
        suite.training.averaging = 0
        suite.training.tokenDropout = 0
        suite.training.featureDropout = 0
        suite.training.forgetUnmeasured()
        suite.training.stage2.epochs = 0
        suite.model.groups = nil
        return try suite.yaml()
    }
}

extension TransferBudget: CustomStringConvertible {
    /// The budget in words.
    public var description: String {
        "\(epochs) epochs of \(leastSteps) or more steps, \(samples) samples, "
            + (targetSamples.map { "\($0) for targets, " } ?? "")
            + (validationSamples.map { "\($0) for validation, " } ?? "") + "\(seeds) seeds, "
            + (referenceSeeds.map { "\($0) to compare with, " } ?? "")
            + "\(learningRate) times the suite's learning rate at first"
    }
}
