import ArgumentParser
import Foundation
import Torch
import Training

/// `highmmt info`: shows versions and devices, or the model of a run.
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Show versions and devices, or the model of a run.",
        discussion: """
            Examples:
              highmmt info
              highmmt info runs/open --json
            """)

    private struct Installation: Encodable {
        var highmmt = ProjectVersion.number
        var libtorch = LibTorch.version
        var threads = LibTorch.threads
        var devices: [String]
    }

    @Argument(help: ArgumentHelp("Folder of a run.", valueName: "run"))
    var runFolder: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        if let runFolder { try describe(RunDirectory(runFolder)) } else { try describeInstallation() }
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
