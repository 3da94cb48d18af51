import Files
import Foundation
import Multimodal
import Torch
import Training

/// Boosted trees and nearest neighbours, fitted by scikit-learn in a Python process.
///
/// The process receives the training samples and the features of the other splits, but not their
/// targets.
public struct FloorPython: Sendable {
    /// The availability of the Python models on this machine.
    public enum Availability: Sendable {
        /// The models can be fitted.
        case ready(FloorPython)
        /// The models cannot be fitted, for the given reason.
        case missing(String)
    }

    private let python: String
    private let script: String

    /// The exit status with which the script reports that scikit-learn is missing.
    private static let missingStatus: Int32 = 3

    /// Looks for the script and for a Python interpreter with scikit-learn.
    ///
    /// The interpreter is `PYTHON` from the environment, else the one that `scripts/setup-python`
    /// installed, else `python3`.
    ///
    /// - Parameters:
    ///   - home: The project folder.
    ///   - environment: The environment variables.
    public static func find(
        home: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> Availability {
        let script = "\(home)/scripts/floors.py"
        guard FileManager.default.fileExists(atPath: script) else {
            return .missing(
                "\(script) does not exist; use the launcher ./highmmt or set HIGHMMT_HOME to the project folder")
        }
        let installed = "\(home)/.venv/bin/python"
        let chosen = environment["PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
        let python =
            chosen ?? (FileManager.default.isExecutableFile(atPath: installed) ? installed : "python3")
        let found = FloorPython(python: python, script: script)
        do {
            let result = try found.run(["check"])
            switch result.status {
            case 0: return .ready(found)
            case 126, 127:
                return .missing("\(python) cannot be started; install Python 3, then run scripts/setup-python")
            case missingStatus: return .missing("\(python) has no scikit-learn; scripts/setup-python installs it")
            default: return .missing("\(python): exit status \(result.status): \(result.reason)")
            }
        } catch {
            return .missing("\(python) cannot be started: \(error)")
        }
    }

    /// Fits the models with each of their settings.
    ///
    /// - Throws: `FileError` when the temporary folder cannot be written; `RunError` with the last
    ///   line of the process's output when it fails.
    func candidates(
        _ models: [FloorModel], train: FloorSamples, valid: FloorSamples, test: FloorSamples, objective: TaskObjective,
        outputs: Int
    ) throws -> [FloorModel: [FloorCandidate]] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "highmmt-floors-\(UUID().uuidString)")
        try Folder.make(folder.path)
        defer { try? FileManager.default.removeItem(at: folder) }
        let target =
            objective.kind == .classification
            ? train.target : try objective.numbers(train.target, outputs: outputs).to(dtype: .float32)
        try SafetensorsWriter.write(
            ["train": train.features, "valid": valid.features, "test": test.features, "target": target],
            to: folder.appendingPathComponent("samples.safetensors").path)
        let result = try run([
            "fit", folder.path, "--kind", objective.kind.rawValue, "--outputs", "\(outputs)", "--models",
            models.map(\.rawValue).joined(separator: ","),
        ])
        guard result.status == 0 else {
            throw RunError("\(script): exit status \(result.status): \(result.reason)")
        }
        let file = try SafetensorsFile(path: folder.appendingPathComponent("outputs.safetensors").path)
        return try Dictionary(
            uniqueKeysWithValues: models.map { ($0, try Self.candidates(of: $0, in: file)) })
    }

    private static func candidates(of model: FloorModel, in file: SafetensorsFile) throws -> [FloorCandidate] {
        var candidates: [FloorCandidate] = []
        while let setting = file.metadata["\(model.rawValue)/\(candidates.count)"] {
            let name = "\(model.rawValue)/\(candidates.count)"
            candidates.append(
                FloorCandidate(
                    setting: setting, valid: try file.tensor(named: "\(name)/valid"),
                    test: try file.tensor(named: "\(name)/test")))
        }
        return candidates
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, reason: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, script] + arguments
        var environment = ProcessInfo.processInfo.environment
        // Single-threaded sums always add in the same order, so the same samples give the same
        // bytes.
        for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"] { environment[name] = "1" }
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        return (process.terminationStatus, lines.last ?? "no message")
    }
}
