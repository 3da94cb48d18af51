import Foundation
import Heterogeneity
import Testing

@testable import Studies

@Suite("Baselines of transfers")
struct TransferReferenceTests {
    private func measure(
        _ overlap: OverlapSuite, _ folder: String, _ budget: TransferBudget, shards: Int = 1
    ) throws -> HeterogeneityMatrix {
        let tasks = try overlap.suite.open(dataRoot: overlap.folder.path)
        func measurement(_ folder: String) throws -> TransferMeasurement {
            try TransferMeasurement(
                .modalities, of: overlap.suite, tasks: tasks, budget: budget, folder: "\(overlap.folder.path)/\(folder)"
            )
        }
        for shard in 1...shards {
            let part = try measurement(shards == 1 ? folder : "\(folder)-\(shard)")
            #expect(try part.run(shard: TransferShard(parsing: "\(shard)/\(shards)"), workers: 2))
        }
        let whole = try measurement(folder)
        if shards > 1 { try whole.merge((1...shards).map { "\(overlap.folder.path)/\(folder)-\($0)" }) }
        return try whole.matrices().normalised
    }

    private func records(_ overlap: OverlapSuite, _ folder: String) throws -> [String: Data] {
        let path = "\(overlap.folder.path)/\(folder)"
        let names = try FileManager.default.contentsOfDirectory(atPath: path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(path)/\($0)"))) })
    }

    @Test("with fewer target samples, sources are unchanged and baselines use as few samples as targets")
    func references() throws {
        let overlap = try OverlapSuite()
        var budget = TransferBudget(epochs: 2, seeds: 1, samples: 32, leastSteps: 2)
        _ = try measure(overlap, "whole", budget)
        budget.targetSamples = 8
        _ = try measure(overlap, "few", budget)
        let (whole, few) = (try records(overlap, "whole"), try records(overlap, "few"))
        let sources = whole.keys.filter { !$0.contains("~") }
        #expect(sources.count == 8)
        for name in sources { #expect(whole[name] == few[name]) }
        let references = few.keys.filter { $0.hasPrefix("reference~") }
        #expect(references.count == 4)
        for name in references {
            #expect(few[name] != few[name.replacingOccurrences(of: "reference~", with: "")])
        }
        #expect(!whole.keys.contains { $0.hasPrefix("reference~") })
        for name in whole.keys where name.contains("~") { #expect(whole[name] != few[name]) }
    }

    @Test("an entry with no more samples than the limit for targets is trained only once")
    func enough() throws {
        let overlap = try OverlapSuite()
        var budget = TransferBudget(epochs: 2, seeds: 1, samples: 32, leastSteps: 2)
        let whole = try measure(overlap, "whole", budget)
        budget.targetSamples = 32
        #expect(try measure(overlap, "same", budget) == whole)
        #expect(try records(overlap, "whole").keys.sorted() == (try records(overlap, "same").keys.sorted()))
    }

    @Test("additional baselines are trained once and can be added to a finished measurement")
    func moreReferences() throws {
        let overlap = try OverlapSuite()
        var budget = TransferBudget(epochs: 1, seeds: 1, samples: 16, leastSteps: 2)
        let few = try measure(overlap, "records", budget)
        let before = try records(overlap, "records")
        budget.referenceSeeds = 4
        let more = try measure(overlap, "records", budget)
        let after = try records(overlap, "records")
        #expect(after.count == before.count + 3 * 4)
        for (name, data) in before { #expect(after[name] == data) }
        // A column shifts by a constant: only the baseline of its transfers changed.
        let (old, new) = (try #require(few.transfers), try #require(more.transfers))
        for to in 0..<4 {
            let moved = try (0..<4).filter { $0 != to }.map { try #require(new[$0, to]) - (try #require(old[$0, to])) }
            #expect(moved.allSatisfy { abs($0 - moved[0]) < 1e-9 })
            #expect(abs(moved[0]) > 1e-9)
        }
        budget.referenceSeeds = 0
        #expect(throws: HeterogeneityError.self) { try measure(overlap, "records", budget) }
    }

    @Test("merged shards give the same matrix as a single measurement")
    func shards() throws {
        let overlap = try OverlapSuite()
        let budget = TransferBudget(epochs: 1, seeds: 1, samples: 32, targetSamples: 8, leastSteps: 2)
        #expect(try measure(overlap, "parts", budget, shards: 3) == (try measure(overlap, "one", budget)))
    }
}
