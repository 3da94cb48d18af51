import ArgumentParser
import Foundation
import HighMMT
import Numerics
import Studies
import Torch
import Training

/// `highmmt benchmark`: times a training step or an inference on this machine.
struct BenchmarkCommand: ParsableCommand {
    enum Work: String, CaseIterable, ExpressibleByArgument { case step, inference, serve }
    enum Preset: String, CaseIterable, ExpressibleByArgument { case small, medium, large }

    static let configuration = CommandConfiguration(
        commandName: "benchmark",
        abstract: "Time a training step or an inference on the four tasks of the paper's large setting.",
        discussion: """
            Inputs are random. `step` runs the forward pass, the weighted loss, the backward pass and Adam for all \
            tasks. `inference` runs the forward pass alone.

            `serve` answers each command on standard input with one line of JSON, so that another program can take \
            turns with it. Commands: step N [NAME], infer N [NAME], define NAME {…} (a workload as in a reference \
            case.json), peak, quit. N is the batch size.

            Example:
              highmmt benchmark step --preset large --batch 32 --threads 2 --json
            """)

    private struct Result: Encodable {
        var work: String
        var preset: String
        var batch: Int
        var threads: Int
        var device: String
        var arithmetic: String
        var instructionSet = FusedBlocks.instructionSet
        var medianMilliseconds: Double
        var milliseconds: [Double]
        var parameters: Int
        var version = ProjectVersion.number
        var libtorch = LibTorch.version

        enum CodingKeys: String, CodingKey {
            case work, preset, batch, threads, device, arithmetic, milliseconds, parameters, version, libtorch
            case instructionSet = "instruction_set"
            case medianMilliseconds = "median_ms"
        }
    }

    @Argument(help: "step, inference or serve.")
    var work: Work

    @Option(help: "Size of the model: small, medium or large.")
    var preset: Preset = .large

    @Option(help: ArgumentHelp("Samples per task.", valueName: "n"))
    var batch = 32

    @Option(help: ArgumentHelp("Timed repetitions.", valueName: "n"))
    var repetitions = 20

    @Option(help: "automatic (fused blocks where available) or composed (LibTorch operations).")
    var arithmetic: Arithmetic = .automatic

    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        guard batch > 0, repetitions > 0 else {
            throw ValidationError("--batch and --repetitions must be at least 1")
        }
        let device = try runtime.activate()
        if work == .serve {
            return try BenchmarkConversation(device: device, arithmetic: arithmetic).run()
        }
        let workload = try Workload(
            .large, configuration: configuration, batch: batch, device: device, arithmetic: arithmetic)
        func once() throws {
            if work == .step { try workload.step() } else { try workload.infer() }
            try device.synchronize()
        }
        let timing = try Timing(warmUp: 3, repetitions: repetitions, once)
        let result = Result(
            work: work.rawValue, preset: preset.rawValue, batch: batch, threads: LibTorch.threads,
            device: device.description, arithmetic: arithmetic.rawValue, medianMilliseconds: timing.median,
            milliseconds: timing.milliseconds, parameters: workload.model.parameters.count)
        guard !json else { return try JSONOutput.print(result) }
        print(TimingText(timing, of: work.rawValue, batch: batch).text)
    }

    private var configuration: ModelConfiguration {
        switch preset {
        case .small: .small
        case .medium: .medium
        case .large: .large
        }
    }
}
