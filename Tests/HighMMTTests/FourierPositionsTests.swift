import Foundation
import Testing

@testable import HighMMT

/// Expected values: the formula in the documentation of ``FourierPositions``, evaluated by hand.
@Suite struct FourierPositionsTests {
    @Test func oneAxis() throws {
        let shape = ModalityShape(
            name: "m", axes: 1, channels: 1, frequencyBands: 2, maxFrequency: 16, frequencyBase: 2)
        let rows = FourierPositions(shape, sizes: [3]).rows
        // logspace(1, log2(16 / 2) = 3, 2, base 2) = 2, 8; positions −1, 0, 1.
        let expected = [-1.0, 0, 1].map { p in
            [2.0, 8].map { sin(.pi * $0 * p) } + [2.0, 8].map { cos(.pi * $0 * p) } + [p]
        }
        #expect(rows.count == 3 && rows.allSatisfy { $0.count == shape.positionWidth })
        for (row, own) in zip(rows, expected) { for (a, b) in zip(row, own) { #expect(abs(a - b) < 1e-12) } }
    }

    /// With the published maximum frequency of 1 the scales decrease from 2 to 1/2.
    @Test func publishedScales() throws {
        let shape = ModalityShape(name: "m", axes: 1, channels: 1, frequencyBands: 3)
        let row = FourierPositions(shape, sizes: [2]).rows[1]
        for (value, scale) in zip(row, [2.0, 1, 0.5]) { #expect(abs(value - sin(.pi * scale)) < 1e-12) }
    }

    /// The first axis varies slowest. An axis with one token is at −1, as in
    /// `torch.linspace(-1, 1, 1)`.
    @Test func severalAxes() throws {
        let shape = ModalityShape(name: "m", axes: 3, channels: 1, frequencyBands: 0)
        #expect(
            FourierPositions(shape, sizes: [2, 1, 3]).rows == [
                [-1, -1, -1], [-1, -1, 0], [-1, -1, 1], [1, -1, -1], [1, -1, 0], [1, -1, 1],
            ])
    }
}
