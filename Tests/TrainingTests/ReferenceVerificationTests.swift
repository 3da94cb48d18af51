import Files
import Foundation
import HighMMT
import TestSupport
import Testing
import Torch
import Training

@Suite struct ReferenceVerificationTests {
    private static let fixture = Fixtures.path("reference-case")
    /// Each case differs from the published configurations in one way. Their weights, inputs and
    /// values are from `Benchmarks/peers/reference_cases.py --named`.
    private static let configurations = [
        "frequencies", "head-widths", "no-frequencies", "one-channel-one-token", "one-latent", "plain-feed-forward",
        "pooled", "self-attentions", "tied-self-attentions", "untied-layers",
    ]
    private static let shared = ["large", "unimodal", "tied-depth-2"].map { "../shared/reference/\($0)" }

    @Test(arguments: Arithmetic.allCases)
    func ownCaseIsMatched(arithmetic: Arithmetic) throws {
        let verification = try ReferenceVerification(ReferenceCase(folder: Self.fixture), arithmetic: arithmetic)
        for comparison in verification.comparisons { #expect(comparison.passes, "\(comparison)") }
        #expect(verification.comparisons.map(\.compared) == [3, 6, 3, 118, 40])
    }

    @Test(
        .enabled(if: shared.allSatisfy(FileManager.default.fileExists(atPath:)), "needs ../shared/reference"),
        arguments: shared, Arithmetic.allCases)
    func publishedCasesAreMatched(folder: String, arithmetic: Arithmetic) throws {
        let verification = try ReferenceVerification(ReferenceCase(folder: folder), arithmetic: arithmetic)
        for comparison in verification.comparisons { #expect(comparison.passes, "\(comparison)") }
    }

    @Test(arguments: configurations, Arithmetic.allCases)
    func everyConfigurationOfThePublicModelIsMatched(name: String, arithmetic: Arithmetic) throws {
        let reference = try ReferenceCase(folder: Fixtures.path("configurations/\(name)"))
        let verification = try ReferenceVerification(reference, arithmetic: arithmetic)
        for comparison in verification.comparisons { #expect(comparison.passes, "\(comparison)") }
        #expect(verification.passes)
    }

    @Test(arguments: configurations)
    func aRunMadeOfAConfigurationHasItsLogits(name: String) throws {
        let folder = try TemporaryFolder()
        let path = Fixtures.path("configurations/\(name)")
        let reference = try ReferenceCase(folder: path)
        let run = RunDirectory(folder.path("run"))
        try PublishedModel(reference).write(to: run, heads: PublishedModel.heads(of: reference))
        let model = try run.record().model(device: .cpu)
        try model.parameters.load(SafetensorsFile(path: folder.path("run/stage1/best.safetensors")).tensors())
        let inputs = try SafetensorsFile(path: "\(path)/inputs.safetensors").tensors()
        let expected = try SafetensorsFile(path: "\(path)/outputs.safetensors").tensors()
        for task in model.tasks {
            var input = TaskInput(count: 2, streams: [:])
            for stream in task.streams {
                input.streams[stream.modality] = StreamInput(data: try #require(inputs[stream.description]))
            }
            let logits = try #require(try model.forward([task.name: input]).logits[task.name]).doubles()
            let wanted = try #require(expected["\(task.name)/logits"]).doubles()
            #expect(logits.count == wanted.count && !wanted.isEmpty)
            for (a, b) in zip(logits, wanted) { #expect(abs(a - b) < 1e-5) }
        }
    }

    @Test(arguments: ["outputs", "gradients", "weights"])
    func aChangedNumberIsFound(file: String) throws {
        let folder = try TemporaryFolder()
        try folder.copy(Self.fixture, as: "case")
        let path = folder.path("case/\(file).safetensors")
        var tensors = try SafetensorsFile(path: path).tensors()
        let name = try #require(tensors.keys.sorted().first)
        let tensor = try #require(tensors[name])
        tensors[name] = try tensor * 1.01
        try SafetensorsWriter.write(tensors, to: path)
        let verification = try ReferenceVerification(ReferenceCase(folder: folder.path("case")))
        #expect(!verification.passes)
    }

    @Test func aMissingFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.copy(Self.fixture, as: "case")
        try FileManager.default.removeItem(atPath: folder.path("case/targets.safetensors"))
        let error = #expect(throws: FileError.self) { try ReferenceCase(folder: folder.path("case")) }
        #expect(error?.path.hasSuffix("case/targets.safetensors") == true)
    }
}
