import Foundation
import Numerics
import Testing

@testable import Heterogeneity

@Suite("Distances from transfers")
struct TransferMatrixTests {
    @Test("d is the sum of the positive parts of both directions")
    func equation() throws {
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 0.5, -1], [0.25, nil, -2], [2, -0.5, nil]])
        let matrix = try HeterogeneityMatrix(names: names(3), transfers: transfers, units: .nats)
        #expect(matrix.values.rows == [[0, 0.75, 2], [0.75, 0, 0], [2, 0, 0]])
        #expect(matrix.standardErrors == nil)
        #expect(matrix.transfers == transfers)
        #expect(matrix.units == .nats)
    }

    @Test("a missing direction is named")
    func missingDirection() throws {
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 0.5], [nil, nil]])
        let error = #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(names: names(2), transfers: transfers, units: .nats)
        }
        #expect(
            error?.description
                == "transfers, row 2, column 1 (b, a): no value, expected a full matrix or one whole triangle")
    }

    @Test(
        "the standard error is that of the positive parts",
        arguments: [(-3.0, 0.5), (0.0, 1.0), (0.3, 0.4), (5.0, 0.5)])
    func standardError(mean: Double, deviation: Double) throws {
        var random = SplitMix64(seed: 3)
        let count = 200_000
        var (sum, squares) = (0.0, 0.0)
        for _ in 0..<count {
            let value = max(0, mean + deviation * random.normal())
            sum += value
            squares += value * value
        }
        let simulated = squares / Double(count) - (sum / Double(count)) * (sum / Double(count))
        let exact = positivePartVariance(mean: mean, standardDeviation: deviation)
        #expect(abs(exact - simulated) < 0.01 * deviation * deviation)

        let transfers = try SquareMatrix<Double?>(rows: [[nil, mean], [mean, nil]])
        let errors = try SquareMatrix<Double?>(rows: [[nil, deviation], [deviation, nil]])
        let matrix = try HeterogeneityMatrix(
            names: names(2), transfers: transfers, transferStandardErrors: errors, units: .nats)
        #expect(abs((matrix.standardErrors?[0, 1] ?? -1) - (2 * exact).squareRoot()) < 1e-12)
    }

    @Test("negative standard errors and infinite transfers are refused")
    func badInput() throws {
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 1], [1, nil]])
        #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(
                names: names(2), transfers: transfers,
                transferStandardErrors: SquareMatrix(rows: [[nil, -1], [1, nil]]), units: .nats)
        }
        #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(
                names: names(2), transfers: SquareMatrix(rows: [[nil, .infinity], [1, nil]]), units: .nats)
        }
        #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(names: names(3), transfers: transfers, units: .nats)
        }
    }
}
