import Files
import Foundation
import HighMMT
import Torch

/// The model of a run as a folder for PyTorch: its parameters, its description and the program that
/// computes it.
public struct ModelExport {
    /// The names of the files in the folder, which are also those that it may replace.
    public static let files = [weightsFile, configurationFile, programFile, cardFile]

    static let weightsFile = "model.safetensors"
    static let configurationFile = "config.json"
    static let programFile = "model.py"
    static let cardFile = "README.md"

    /// The stage whose parameters are exported.
    public let stage: TrainingStage
    /// The number of parameters.
    public let parameters: Int
    private let run: RunDirectory

    /// Checks that a stage of a run can be loaded.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - stage: The stage; `nil` uses ``RunDirectory/latestStage``.
    /// - Throws: ``RunError`` when the stage has no trained parameters; `FileError`,
    ///   `SafetensorsError` or `ModelError` when the model cannot be loaded.
    public init(_ run: RunDirectory, stage: TrainingStage? = nil) throws {
        parameters = try run.bestModel(of: stage, device: .cpu).model.parameters.count
        self.run = run
        self.stage = stage ?? run.latestStage ?? .first
    }

    /// Writes the folder. A folder that an earlier export wrote is replaced.
    ///
    /// - Parameters:
    ///   - folder: The path of the folder.
    ///   - program: The path of the Python program that computes the model.
    ///   - card: The text of the model card; `nil` writes none.
    /// - Throws: `FileError` when a file cannot be read or written, or when the folder holds
    ///   something else.
    public func write(to folder: String, program: String, card: String? = nil) throws {
        let work = try ReplacedFolder(path: folder, marker: Self.configurationFile, owns: Self.files.contains)
        try copy(run.checkpoints(stage: stage).bestPath, to: "\(work.workPath)/\(Self.weightsFile)")
        try copy(run.modelPath(of: stage), to: "\(work.workPath)/\(Self.configurationFile)")
        try copy(program, to: "\(work.workPath)/\(Self.programFile)")
        if let card { try AtomicFile.write(Array(card.utf8), to: "\(work.workPath)/\(Self.cardFile)") }
        try work.commit()
    }

    private func copy(_ file: String, to copy: String) throws {
        guard let content = FileManager.default.contents(atPath: file) else {
            throw FileError(path: file, reason: "cannot be read")
        }
        try AtomicFile.write(Array(content), to: copy)
    }
}
