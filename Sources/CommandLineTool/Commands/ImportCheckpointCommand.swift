import ArgumentParser
import Foundation
import HighMMT
import Importers
import Torch
import Training

/// `highmmt import-checkpoint`: makes a run of a model that the public implementation saved.
struct ImportCheckpointCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-checkpoint",
        abstract: "Make a run of a model that the public implementation saved.",
        discussion: """
            FILE is a whole model of the public implementation, saved with torch.save. It is read without Python: \
            nothing in it is executed. It does not say what its heads predict, so --task names them, in their order, \
            with the modalities of each and the sizes of their axes. Logits are equal to those of the public \
            implementation. The run can be used with predict, export and info, and with evaluate and finetune where \
            its suite.yaml names your datasets. FILE may also be the folder of a reference case, as verify-reference \
            reads it, which names its tasks itself.

            Example:
              highmmt import-checkpoint model.pt --task digits=image:7x7,audio:7x7 --task mood=text:50 --run runs/public
            """)

    @Argument(help: "The checkpoint, or the folder of a reference case.")
    var file: String

    @Option(
        name: .customLong("task"),
        help: ArgumentHelp(
            "A head, in the order of the checkpoint: its name, and its modalities with the sizes of their axes.",
            valueName: "name=modality:size,…"))
    var heads: [PublishedModel.Head] = []

    @Option(name: .customLong("regression"), help: ArgumentHelp("A task that predicts numbers.", valueName: "name"))
    var regressions: [String] = []

    @Option(name: .customLong("multilabel"), help: ArgumentHelp("A task that predicts labels.", valueName: "name"))
    var multilabels: [String] = []

    @Option(name: .customLong("run"), help: ArgumentHelp("Folder of the run to make.", valueName: "dir"))
    var runFolder: String

    func run() throws {
        let directory = RunDirectory(runFolder)
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue {
            let reference = try ReferenceCase(folder: file)
            try PublishedModel(reference).write(to: directory, heads: PublishedModel.heads(of: reference))
        } else {
            try PublishedModel(TorchCheckpoint(path: file)).write(to: directory, heads: headsWithKinds())
        }
        try CommandLog.add(to: runFolder)
        let record = try directory.record()
        let parameters = try record.model(device: .cpu).parameters.count
        print(ModelRecordText(record, path: directory.path, parameters: parameters).text)
    }

    private func headsWithKinds() throws -> [PublishedModel.Head] {
        guard !heads.isEmpty else { throw ValidationError("no --task; expected one for every head of the checkpoint") }
        for name in regressions + multilabels where !heads.contains(where: { $0.task == name }) {
            throw ValidationError("there is no --task '\(name)'; it has \(heads.map(\.task).joined(separator: ", "))")
        }
        return heads.map { head in
            var head = head
            if regressions.contains(head.task) { head.kind = .regression }
            if multilabels.contains(head.task) { head.kind = .multilabel }
            return head
        }
    }
}

extension PublishedModel.Head: ExpressibleByArgument {
    /// Reads `name=modality:size×size,…`.
    public init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        var axes: [String: [Int]] = [:]
        for part in parts[1].split(separator: ",") {
            let words = part.split(separator: ":")
            let sizes = words.last?.split(separator: "x").map { Int($0) ?? 0 } ?? []
            guard words.count == 2, !sizes.isEmpty, sizes.allSatisfy({ (1...1 << 20).contains($0) }),
                axes.updateValue(sizes, forKey: String(words[0])) == nil
            else { return nil }
        }
        self.init(task: String(parts[0]), axes: axes)
    }
}

extension PublishedModel {
    /// Takes the parts of the public implementation's model from a checkpoint.
    ///
    /// - Throws: `ReaderError` that names the file and the missing part; `TorchError` when memory
    ///   runs out.
    init(_ checkpoint: TorchCheckpoint) throws {
        func failure(_ reason: String) -> ReaderError { ReaderError(file: checkpoint.path, reason: reason) }
        guard let module = TorchModule(checkpoint.value), let list = module["modalities"]?.elements else {
            throw failure("is not a whole model of the public implementation, with its modalities")
        }
        func heads(_ block: String) throws -> ModelConfiguration.Heads {
            func heads(_ path: String) throws -> Int {
                guard let number = module.module("\(block).0.\(path).fn")?["heads"]?.double,
                    (1...65_536).contains(number)
                else { throw failure("has no attention '\(block).0.\(path)'") }
                return Int(number)
            }
            return try .init(cross: heads("0"), latent: heads("2.latent_blocks.0.0"))
        }
        self.init(
            file: checkpoint.path,
            weights: try module.parameters.compactMapValues { array in
                try array.floats().map { try Tensor($0, shape: array.shape) }
            },
            modalities: try list.enumerated().map { index, value in
                func number(_ key: String) throws -> Double {
                    guard let number = value[key]?.double, (0...1e9).contains(number) else {
                        throw failure("modality \(index + 1) has no number '\(key)'")
                    }
                    return number
                }
                guard let name = value["name"]?.string else { throw failure("modality \(index + 1) has no name") }
                return ModalityShape(
                    name: name, axes: Int(try number("input_axis")), channels: Int(try number("input_channels")),
                    frequencyBands: Int(try number("num_freq_bands")), maxFrequency: try number("max_freq"),
                    frequencyBase: try number("freq_base"))
            }, encoder: try heads("layers"), crossmodal: try heads("cross_layers"))
    }
}
