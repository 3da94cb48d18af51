import HighMMT
import Testing
import Torch

@Suite struct PiecewiseFeaturesTests {
    private func bounds(_ samples: [Float]..., intervals: Int) throws -> [Float] {
        try PiecewiseFeatures.bounds(of: samples, intervals: intervals).floats()
    }

    @Test func boundsAreQuantiles() throws {
        #expect(try bounds([0, 1, 2, 3, 4], intervals: 4) == [0, 1, 2, 3, 4])
        #expect(try bounds([0, 0, 1, 5, 100], intervals: 2) == [0, 1, 100])
    }

    @Test func numbersOfFewValuesNeedFewerIntervals() throws {
        #expect(try bounds([0, 0, 0, 1, 1, 1, 2, 2, 2], intervals: 4) == [0, 1, 2, 2, 2])
        #expect(try bounds([7, 7, 7], [0, 0, 1, 1], [], intervals: 2) == [7, 7, 7, 0, 0, 0, 0, 0, 0])
        #expect(try bounds([1e5, 1.0000003e5, 2e5], intervals: 2) == [1e5, 2e5, 2e5])
    }

    @Test func aFeatureRisesInsideItsInterval() throws {
        let bounds = try PiecewiseFeatures.bounds(of: [[0, 1, 2, 3, 4]], intervals: 4)
        let features = try PiecewiseFeatures.of(Tensor([Float]([2.5, -1, 9]), shape: [3, 1]), bounds: bounds)
        #expect(features.shape == [3, 4])
        #expect(try features.floats() == [1, 1, 0.5, 0, 0, 0, 0, 0, 1, 1, 1, 1])
    }

    @Test func intervalsWithoutWidthAreZero() throws {
        let bounds = try PiecewiseFeatures.bounds(of: [[0, 4], [0, 1, 2]], intervals: 2)
        let features = try PiecewiseFeatures.of(Tensor([Float]([4, 0.5]), shape: [1, 2]), bounds: bounds)
        #expect(try features.floats() == [0, 0, 0.5, 0])
    }

    @Test func theyFollowTheStatisticsThatHaveThem() throws {
        let shape = SummaryShape(
            width: 3, places: 1, keepsTokens: true, cells: [1],
            pieces: SummaryShape.Pieces(statistics: 2, intervals: 2))
        let bounds = try PiecewiseFeatures.bounds(of: [[0, 1, 2], [0, 10, 20]], intervals: 2)
        let stream = StreamInput(data: try Tensor([Float]([1, 5, 9]), shape: [1, 1, 3]))
        #expect(try SummaryFeatures.of(stream, shape, bounds: bounds).floats() == [1, 5, 9, 1, 0, 0.5, 0])
        #expect(shape.featureCount == 7)
    }

    @Test func moreStatisticsThanThereAreAreRefused() {
        func model(_ pieces: SummaryShape.Pieces) throws {
            let modality = ModalityShape(
                name: "table", axes: 1, channels: 3,
                summary: SummaryShape(width: 3, places: 1, keepsTokens: true, cells: [1], pieces: pieces))
            _ = try HighMMTModel(
                ModelConfiguration(
                    latents: 2, width: 8, encoder: .init(cross: 1, latent: 2), crossmodal: .init(cross: 1, latent: 2),
                    headWidth: 4), tasks: [TaskShape(name: "t", modalities: [modality], outputs: 2)], seed: 1)
        }
        #expect(throws: Never.self) { try model(.init(statistics: 3, intervals: 4)) }
        #expect(throws: ModelError.self) { try model(.init(statistics: 4, intervals: 4)) }
        #expect(throws: ModelError.self) { try model(.init(statistics: 3, intervals: 0)) }
        #expect(throws: ModelError.self) { try model(.init(statistics: 3, intervals: 1 << 40)) }
    }
}
