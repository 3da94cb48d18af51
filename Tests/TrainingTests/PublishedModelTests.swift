import Foundation
import HighMMT
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct PublishedModelTests {
    private static let folder = "../shared/reference/tied-depth-2"

    @Test(arguments: ["9223372036854775807", "7"])
    func numbersOfLayersAreConsecutive(layer: String) throws {
        let reference = try ReferenceCase(folder: Fixtures.path("reference-case"))
        var model = PublishedModel(reference)
        model.weights["layers.\(layer).0.norm.weight"] = try Tensor.zeros([1])
        let temporary = try TemporaryFolder()
        #expect {
            try model.write(to: RunDirectory(temporary.path("run")), heads: PublishedModel.heads(of: reference))
        } throws: {
            "\($0)".contains("has 'layers.\(layer)' but no 'layers.")
        }
    }

    /// Identities are one-hot, and the kept task does not read all modalities.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: folder), "needs ../shared/reference"))
    func modalitiesThatNoTaskReadsStillCount() throws {
        let reference = try ReferenceCase(folder: Self.folder)
        let head = try #require(PublishedModel.heads(of: reference).first)
        #expect(head.axes.count < reference.description.modalities.count)
        let temporary = try TemporaryFolder()
        let run = RunDirectory(temporary.path("run"))
        try PublishedModel(reference).write(to: run, heads: [head])
        let model = try run.bestModel(of: .first, device: .cpu).model
        let streams = try head.axes.keys.reduce(into: [String: StreamInput]()) {
            $0[$1] = StreamInput(data: try #require(reference.inputs["\(head.task)/\($1)"]))
        }
        let expected = try #require(reference.outputs["\(head.task)/logits"])
        let input = TaskInput(count: try expected.size(0), streams: streams)
        let logits = try withoutGradients { try model.forward([head.task: input]).logits[head.task] }
        let difference = try #require(try logits.map { try ($0 - expected).absolute().max().item() })
        #expect(difference < 1e-5)
    }
}
