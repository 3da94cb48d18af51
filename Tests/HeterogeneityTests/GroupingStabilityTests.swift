import Foundation
import Testing

@testable import Heterogeneity

@Suite("Stability of groups")
struct GroupingStabilityTests {
    private func camps(_ apart: Double, error: Double) throws -> HeterogeneityMatrix {
        let distances = try matrix(count: 6) { $0.first / 3 == $0.second / 3 ? 1 : apart }
        return try distances.with(standardErrors: SquareMatrix(count: 6, repeating: error))
    }

    @Test("clear groups are stable, unclear ones are not")
    func clearAndUnclear() throws {
        let clear = try GroupingStability(of: camps(10, error: 0.2), linkage: .average, cut: .groups(2), seed: 1)
        #expect(clear.noise == .standardErrors)
        #expect(clear.meanAdjustedRandIndex == 1)
        #expect(clear.coMembership[0, 1] == 1)
        #expect(clear.coMembership[0, 5] == 0)
        #expect(clear.resamplings == 200)
        let unclear = try GroupingStability(of: camps(1.2, error: 0.5), linkage: .average, cut: .groups(2), seed: 1)
        #expect(unclear.meanAdjustedRandIndex < 0.5)
        #expect(unclear.standardDeviation > 0)
    }

    @Test("groups that depend on tie-breaking are unstable even without noise")
    func ties() throws {
        let zeros = try GroupingStability(of: matrix(count: 6) { _ in 0 }, linkage: .complete, cut: .groups(3), seed: 1)
        #expect(zeros.noise == .relativeTenth)
        #expect(zeros.meanAdjustedRandIndex < 0.5)
    }

    @Test("equal seeds give equal results, different seeds different ones")
    func seeds() throws {
        let matrix = try camps(2, error: 0.5)
        func stability(_ seed: UInt64) throws -> GroupingStability {
            try GroupingStability(of: matrix, linkage: .complete, cut: .groups(2), resamplings: 50, seed: seed)
        }
        #expect(try stability(1) == stability(1))
        #expect(try stability(1) != stability(2))
    }

    @Test("transfers are resampled in both directions if their standard errors are known")
    func transfers() throws {
        var transfers = SquareMatrix<Double?>(count: 4, repeating: nil)
        var errors = transfers
        for pair in EntryPair.all(of: 4) {
            let value = pair.first / 2 == pair.second / 2 ? -1.0 : 3.0
            (transfers[pair.first, pair.second], transfers[pair.second, pair.first]) = (value, value)
            (errors[pair.first, pair.second], errors[pair.second, pair.first]) = (0.1, 0.1)
        }
        let matrix = try HeterogeneityMatrix(
            names: names(4), transfers: transfers, transferStandardErrors: errors, units: .nats)
        let stability = try GroupingStability(of: matrix, linkage: .average, cut: .groups(2), resamplings: 20, seed: 1)
        #expect(stability.noise == .transferStandardErrors)
        #expect(stability.meanAdjustedRandIndex == 1)
    }
}
