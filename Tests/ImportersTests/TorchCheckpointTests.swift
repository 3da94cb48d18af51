import Foundation
import TestSupport
import Testing

@testable import Importers

/// Checkpoints that PyTorch wrote, in `Fixtures/checkpoint-files`.
@Suite struct TorchCheckpointTests {
    private func read(_ name: String) throws -> TorchCheckpoint {
        try TorchCheckpoint(path: Fixtures.path("checkpoint-files/" + name))
    }

    @Test("a whole module has its parameters, buffers and attributes")
    func module() throws {
        let module = try #require(TorchModule(read("module.pt").value))
        let parameters = module.parameters
        #expect(
            parameters.keys.sorted() == [
                "first.bias", "first.weight", "halves", "part", "rest.0.bias", "rest.0.weight", "rest.1.0.weight",
                "rest.2.bias", "rest.2.weight", "steps",
            ])
        #expect(parameters["first.weight"]?.shape == [2, 3])
        #expect(parameters["first.weight"]?.doubles() == [0, 1, 2, 3, 4, 5])
        #expect(parameters["rest.2.bias"]?.doubles() == [0.5, -1.5])
        #expect(parameters["rest.0.weight"]?.doubles() == [1, 1])
        // Transposed, and every second column from the second row on.
        #expect(parameters["rest.1.0.weight"]?.doubles() == [10, 12, 11, 13])
        #expect(parameters["part"]?.shape == [2, 2])
        #expect(parameters["part"]?.doubles() == [24, 26, 28, 30])
        #expect(parameters["steps"]?.doubles() == [7, 0x1p40])
        #expect(parameters["halves"]?.doubles() == [0.5, -2])
        let modalities = module["modalities"]?.elements ?? []
        #expect(modalities.map { $0["name"]?.string } == ["image", "sound"])
        #expect(modalities.map { $0["size"]?.double } == [2, 1])
        #expect(module.module("rest.1.0")?["in_features"]?.double == 2)
        #expect(module.module("rest.9") == nil && module.moduleNames == ["first", "rest"])
    }

    @Test("a dictionary of parameters is no module")
    func state() throws {
        let value = try read("state.pt").value
        #expect(value["first.weight"]?.array?.doubles() == [0, 1, 2, 3, 4, 5])
        #expect(TorchModule(value) == nil)
    }

    @Test("what a checkpoint would call is not called")
    func command() throws {
        let value = try read("command.pt").value
        #expect(value["after"]?.double == 3)
        #expect(value["model"]?.keys == [])
        #expect(!FileManager.default.fileExists(atPath: "executed"))
    }

    @Test("files that are no checkpoints, unsupported types and damaged archives are named")
    func refusals() throws {
        #expect { try read("bfloat16.pt") } throws: { "\($0)".contains("torch.BFloat16Storage") }
        #expect { try read("generate.py") } throws: { "\($0)".contains("generate.py") }
        #expect {
            try TorchCheckpoint(path: Fixtures.path("raw-files/stored.npz"))
        } throws: {
            "\($0)".contains("has no data.pkl")
        }
        let folder = try TemporaryFolder()
        let whole = try Data(contentsOf: URL(fileURLWithPath: Fixtures.path("checkpoint-files/module.pt")))
        for count in stride(from: 100, to: whole.count / 2, by: 331) {
            let path = folder.path("cut.pt")
            try whole.prefix(count).write(to: URL(fileURLWithPath: path))
            #expect { try TorchCheckpoint(path: path) } throws: { "\($0)".contains("cut.pt") }
        }
        var limits = PickleReader.Limits()
        limits.memory = 200
        #expect(throws: (any Error).self) {
            try TorchCheckpoint(path: Fixtures.path("checkpoint-files/module.pt"), limits: limits)
        }
    }
}
