import ArgumentParser
import Foundation
import Multimodal
import Torch
import Training

/// `highmmt info`: shows versions and devices, the model of a run, or the costs of training a
/// suite.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show versions and devices, the model of a run, or the costs of a suite.",
        discussion: """
            For a suite, some steps, a validation and a checkpoint are timed, and nothing is kept. The estimate holds \
            for the same machine under the same load.

            Examples:
              highmmt info
              highmmt info Suites/open.yaml training.batch=64 --threads 2
              highmmt info runs/open --json
            """)

    private struct Installation: Encodable {
        var highmmt = ProjectVersion.number
        var libtorch = LibTorch.version
        var threads = LibTorch.threads
        var devices: [String]
    }

    @Argument(help: ArgumentHelp("The folder of a run, or a suite as for train.", valueName: "run-or-suite"))
    var subject: String?

    @Argument(help: ArgumentHelp("Overrides of suite keys.", valueName: "key=value"))
    var overrides: [String] = []

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let device = try runtime.activate()
        guard let subject else { return try describeInstallation() }
        guard isSuite(subject) else { return try describe(RunDirectory(subject)) }
        let suite = try OpenedSuite(Suite(location: subject, overrides: overrides), dataRoot: data.root)
        let estimate = try TrainingEstimate(suite, device: device)
        if json { try JSONOutput.print(estimate) } else { print(TrainingEstimateText(estimate, name: subject).text) }
    }

    private func isSuite(_ path: String) -> Bool {
        ["yaml", "yml"].contains((path as NSString).pathExtension.lowercased())
            || FileManager.default.fileExists(atPath: "\(path)/\(DatasetDescription.fileName)") || !overrides.isEmpty
    }

    private func describeInstallation() throws {
        let candidates = ["cpu", "mps"] + (0..<16).map { "cuda:\($0)" }
        let installation = Installation(devices: candidates.filter { (try? Device(parsing: $0)) != nil })
        guard !json else { return try JSONOutput.print(installation) }
        print("highmmt \(installation.highmmt)")
        print("LibTorch \(installation.libtorch), \(installation.threads) threads")
        print("devices: \(installation.devices.joined(separator: ", "))")
    }

    private func describe(_ directory: RunDirectory) throws {
        let record = try directory.record()
        guard !json else { return try JSONOutput.print(record) }
        let model = try record.model(device: .cpu)
        print(ModelRecordText(record, path: directory.path, parameters: model.parameters.count).text)
    }
}
