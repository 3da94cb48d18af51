import Numerics
import Testing

@testable import Heterogeneity

@Suite("Decomposition of transfers")
struct TransferDecompositionTests {
    /// Simulated transfers between entries of three families. Members of a family help each other,
    /// and entries 0 and 1 are harmed by any start.
    private struct World {
        let count = 15
        var common: (Int, Int) -> Double = { from, to in 0.1 - Double(from) / 100 + (to < 2 ? 0.8 : 0) }
        var specific: (Int, Int) -> Double = { from, to in from % 3 == to % 3 ? -0.2 : 0.1 }
        /// The standard error of transfers to an entry.
        var error: (Int) -> Double = { $0 == 4 ? 1 : 0.05 }

        func matrix(seed: UInt64) throws -> HeterogeneityMatrix {
            var random = SplitMix64(seed: seed)
            var transfers = SquareMatrix<Double?>(count: count, repeating: nil)
            var errors = transfers
            for from in 0..<count {
                for to in 0..<count where from != to {
                    transfers[from, to] = common(from, to) + specific(from, to) + error(to) * random.normal()
                    errors[from, to] = error(to)
                }
            }
            return try HeterogeneityMatrix(
                names: names(count), transfers: transfers, transferStandardErrors: errors, units: .nats)
        }

        func squaredError(_ matrix: HeterogeneityMatrix) -> Double {
            EntryPair.all(of: count).reduce(0) { sum, pair in
                let (i, j) = (pair.first, pair.second)
                let truth = max(0, common(i, j) + specific(i, j)) + max(0, common(j, i) + specific(j, i))
                return sum + (matrix[i, j] - truth) * (matrix[i, j] - truth)
            }
        }
    }

    @Test("pair-specific transfer is recovered although one target has twenty times the standard error of the others")
    func recovers() throws {
        let world = World()
        var (errors, admitted, cells) = (0.0, 0.0, 0.0)
        // The mean family effect, which source and target effects absorb.
        let members = (0..<3).map { family in (0..<world.count).filter { $0 % 3 == family } }
        #expect(members.map(\.count) == [5, 5, 5])
        let away = (4 * -0.2 + 10 * 0.1) / 14
        for seed in 1...6 as ClosedRange<UInt64> {
            let parts = try TransferDecomposition(of: try world.matrix(seed: seed))
            #expect(abs(parts.specificDeviation - 0.136) < 0.03)
            #expect(abs(parts.effects.targets[0] - parts.effects.targets[5] - 0.8) < 0.1)
            #expect(abs(parts.effects.sources[14] - parts.effects.sources[0] + 0.14) < 0.1)
            for from in 0..<world.count {
                for to in 0..<world.count where from != to {
                    let truth = world.specific(from, to) - away
                    errors += (parts.specific[from, to] - truth) * (parts.specific[from, to] - truth)
                    admitted += parts.specificErrors[from, to] * parts.specificErrors[from, to]
                    cells += 1
                }
            }
        }
        #expect((errors / cells).squareRoot() < 0.07)
        #expect(errors / admitted > 0.5 && errors / admitted < 2)
    }

    @Test("pair-specific transfer groups by family, where distances isolate the entries harmed by any start")
    func groups() throws {
        var world = World()
        world.error = { _ in 0.05 }
        let matrix = try world.matrix(seed: 3)
        let families = Grouping(names: matrix.names, labels: (0..<world.count).map { $0 % 3 })
        func agreement(_ basis: TransferBasis) throws -> Double {
            let groups = try SharingGroups(
                modalities: matrix, interactions: nil, linkage: .average, basis: basis, encoderCut: .groups(3))
            let labels = matrix.names.map { name in groups.encoders.firstIndex { $0.contains(name) } ?? -1 }
            return try #require(Grouping(names: matrix.names, labels: labels).adjustedRandIndex(with: families))
        }
        #expect(try agreement(.specific) == 1)
        #expect(try agreement(.measured) < 0.3)
        #expect(try agreement(.shrunken) < 0.3)
        let specific = try matrix.specific()
        #expect(specific.condensed.min() == 0)
        #expect(try #require(specific.transfers?[0, 3]) < 0)
    }

    @Test("without pair-specific transfer, groups based on it are refused")
    func nothingSpecific() throws {
        var world = World()
        world.specific = { _, _ in 0 }
        world.error = { _ in 0 }
        let exact = try world.matrix(seed: 1)
        var errors = SquareMatrix<Double?>(count: world.count, repeating: 0.1)
        for index in 0..<world.count { errors[index, index] = nil }
        let matrix = try HeterogeneityMatrix(
            names: exact.names, transfers: try #require(exact.transfers), transferStandardErrors: errors, units: .nats)
        let parts = try TransferDecomposition(of: matrix)
        #expect(parts.specificDeviation == 0)
        #expect(abs(parts.effects[3, 0] - world.common(3, 0)) < 1e-9)
        #expect { try matrix.specific() } throws: { "\($0)".contains("more seeds") }
        #expect(world.squaredError(try matrix.shrunken()) < 1e-12)
    }

    @Test("a report summarises the variation of transfers and the pairs that help or harm each other")
    func summary() throws {
        var world = World()
        world.error = { _ in 0.05 }
        let matrix = try world.matrix(seed: 5)
        let report = try GroupingReport(
            of: matrix, basis: .specific, linkage: .average, cut: .groups(3), resamplings: 10, seed: 0)
        let transfers = try #require(report.transfers)
        #expect(transfers.targets > transfers.specific && transfers.specific > transfers.sources)
        #expect(abs(transfers.targets - 0.272) < 0.03)
        #expect(transfers.helped.count == 5 && transfers.harmed.count == 5)
        func family(_ name: String) throws -> Int { try #require(matrix.names.firstIndex(of: name)) % 3 }
        for pair in transfers.helped {
            #expect(try family(pair.first) == family(pair.second))
            #expect(pair.value < -2 * pair.standardError)
        }
        for pair in transfers.harmed { #expect(try family(pair.first) != family(pair.second)) }
        let distances = try HeterogeneityMatrix(names: matrix.names, values: matrix.values)
        let bare = try GroupingReport(of: distances, linkage: .average, cut: .groups(3), resamplings: 10, seed: 0)
        #expect(bare.transfers == nil)
    }

    @Test("an error shared by all transfers to an entry does not hide pair-specific transfer")
    func ownErrors() throws {
        var world = World()
        world.error = { _ in 0.05 }
        let precise = try world.matrix(seed: 2)
        var errors = SquareMatrix<Double?>(count: world.count, repeating: 0.8)
        for index in 0..<world.count { errors[index, index] = nil }
        let vague = try HeterogeneityMatrix(
            names: precise.names, transfers: try #require(precise.transfers), transferStandardErrors: errors,
            units: .nats)
        #expect(try TransferDecomposition(of: vague).specificDeviation == 0)
        let known = try vague.with(transferOwnErrors: precise.transferStandardErrors)
        #expect(try TransferDecomposition(of: known) == (try TransferDecomposition(of: precise)))
        // The shared error remains in the standard errors of shrunken transfers.
        #expect(try #require(try known.shrunken().transferStandardErrors?[0, 1]) > 0.75)
        let read = try HeterogeneityMatrix(json: try known.json())
        #expect(read == known && read.transferOwnErrors?[0, 1] == 0.05)
        errors[0, 1] = -1
        #expect(throws: MatrixError.self) { try vague.with(transferOwnErrors: errors) }
    }

    @Test("noisy transfers are shrunk, certain ones are not")
    func shrinks() throws {
        var world = World()
        world.specific = { _, _ in 0 }
        world.error = { _ in 0.5 }
        var (before, after) = (0.0, 0.0)
        for seed in 1...8 as ClosedRange<UInt64> {
            let noisy = try world.matrix(seed: seed)
            let shrunken = try noisy.shrunken()
            (before, after) = (before + world.squaredError(noisy), after + world.squaredError(shrunken))
            #expect(world.squaredError(shrunken) < world.squaredError(noisy))
            #expect(shrunken.transferStandardErrors?[0, 1] ?? 1 < 0.5)
        }
        #expect(after < before / 2)
        world.error = { _ in 0 }
        let certain = try world.matrix(seed: 1)
        let same = try certain.shrunken()
        for pair in EntryPair.all(of: world.count) {
            #expect(abs(same[pair.first, pair.second] - certain[pair.first, pair.second]) < 1e-9)
        }
        let unknown = try HeterogeneityMatrix(
            names: certain.names, transfers: try #require(certain.transfers), units: .nats)
        for basis in [TransferBasis.shrunken, .specific] {
            #expect(throws: MatrixError.self) { try unknown.basis(basis) }
        }
    }
}
