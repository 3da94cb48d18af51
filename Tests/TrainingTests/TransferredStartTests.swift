import HighMMT
import Testing
import Torch
import Training

/// The parameters that a model of new tasks takes from a trained one.
@Suite struct TransferredStartTests {
    private let sizes = ModelConfiguration(
        latents: 3, width: 8, encoder: .init(cross: 1, latent: 2), crossmodal: .init(cross: 1, latent: 2), headWidth: 4,
        identity: .learned(width: 3))

    private func shape(_ name: String, channels: [String: Int], bands: Int = 1) -> TaskShape {
        TaskShape(
            name: name,
            modalities: channels.map { ModalityShape(name: $0, axes: 1, channels: $1, frequencyBands: bands) },
            outputs: 2)
    }

    private func model(
        _ task: TaskShape, sharing: Sharing = .all, seed: UInt64, tokenWidth: Int? = nil, oneHot: Bool = false
    ) throws -> HighMMTModel {
        var sizes = sizes
        sizes.tokenWidth = tokenWidth
        if oneHot { sizes.identity = .oneHot }
        return try HighMMTModel(sizes, tasks: [task], sharing: sharing, seed: seed)
    }

    @Test func blocksAreTakenOverAndTheRestStartsAtRandom() throws {
        let source = try model(shape("old", channels: ["a": 4, "b": 2]), seed: 1)
        // Positions are 3 wide, identities 3: both models have tokens of width 10.
        let target = try model(shape("new", channels: ["a": 2, "c": 4]), seed: 2)
        let start = try TransferredStart(of: target, from: source)
        #expect(
            start.fresh == [
                "head.new.linear.bias", "head.new.linear.weight", "head.new.norm.bias", "head.new.norm.weight",
                "identity.c",
            ])
        #expect(start.freshColumns == 0)
        #expect(Set(start.values.keys).union(start.fresh) == Set(target.parameters.paths))
        for (path, value) in start.values {
            #expect(try value.floats() == source.parameters.parameter(path).detached().floats(), "\(path)")
        }
        #expect(start.encoderPaths.contains("encoder.0.latents") && !start.encoderPaths.contains("identity.a"))
    }

    @Test func aWiderTokenKeepsDataOnTheLeftAndPositionsAndIdentityOnTheRight() throws {
        let source = try model(shape("old", channels: ["a": 4]), seed: 1)
        let target = try model(shape("new", channels: ["b": 9]), seed: 2)
        #expect(source.tokenWidth == 10 && target.tokenWidth == 15)
        let start = try TransferredStart(of: target, from: source)
        #expect(start.freshColumns == 5)
        let path = "encoder.0.layer.0.cross_attention.key_value.weight"
        func columns(_ tensor: Tensor, _ range: Range<Int>) throws -> [Float] {
            try tensor.detached().narrowed(axis: 1, start: range.lowerBound, length: range.count).floats()
        }
        let (old, own) = (try source.parameters.parameter(path), try target.parameters.parameter(path))
        let moved = try #require(start.values[path])
        #expect(try columns(moved, 0..<4) == columns(old, 0..<4))
        #expect(try columns(moved, 4..<9) == columns(own, 4..<9))
        #expect(try columns(moved, 9..<15) == columns(old, 4..<10))
        #expect(start.values["encoder.0.layer.0.cross_attention.context_norm.weight"]?.shape == [15])
        try target.parameters.load(start.values, complete: false)
    }

    @Test func aSourceWithWiderTokensLeavesNoColumnAtRandom() throws {
        let source = try model(shape("old", channels: ["a": 9]), seed: 1)
        let target = try model(shape("new", channels: ["b": 2]), seed: 2, tokenWidth: source.tokenWidth)
        #expect(try TransferredStart(of: target, from: source).freshColumns == 0)
    }

    @Test func oneHotIdentitiesStartAtRandom() throws {
        let source = try model(shape("old", channels: ["a": 4, "b": 2]), seed: 1, oneHot: true)
        let target = try model(shape("new", channels: ["c": 4]), seed: 2, oneHot: true)
        #expect(source.tokenWidth == 9 && target.tokenWidth == 8)
        let start = try TransferredStart(of: target, from: source)
        #expect(start.freshColumns == 1)
        let path = "encoder.0.layer.0.cross_attention.key_value.weight"
        let moved = try #require(start.values[path])
        let (old, own) = (try source.parameters.parameter(path), try target.parameters.parameter(path))
        let kept = try moved.narrowed(axis: 1, start: 0, length: 7).floats()
        #expect(try kept == old.detached().narrowed(axis: 1, start: 0, length: 7).floats())
        let fresh = try moved.narrowed(axis: 1, start: 7, length: 1).floats()
        #expect(try fresh == own.detached().narrowed(axis: 1, start: 7, length: 1).floats())
    }

    @Test func streamsTakeTheirOwnGroup() throws {
        let old = shape("old", channels: ["a": 4, "b": 4])
        let source = try model(old, sharing: Sharing(encoders: ["old/a": 0, "old/b": 2], crossmodal: [:]), seed: 1)
        let new = shape("new", channels: ["c": 4])
        let target = try model(new, sharing: Sharing(encoders: ["new/c": 2], crossmodal: [:]), seed: 2)
        let start = try TransferredStart(of: target, from: source)
        #expect(
            try start.values["encoder.2.latents"]?.floats()
                == source.parameters.parameter("encoder.2.latents").detached().floats())
        #expect(!target.parameters.paths.contains { $0.hasPrefix("encoder.0.") })
    }

    @Test func modelsOfOtherSizesAreRejected() throws {
        let source = try model(shape("old", channels: ["a": 4]), seed: 1)
        var sizes = sizes
        sizes.latents = 5
        let target = try HighMMTModel(sizes, tasks: [shape("new", channels: ["b": 4])])
        #expect(throws: RunError.self) { try TransferredStart(of: target, from: source) }
    }
}
