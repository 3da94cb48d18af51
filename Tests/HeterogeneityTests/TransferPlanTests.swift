import Testing

@testable import Heterogeneity

@Suite("The plan of a measurement")
struct TransferPlanTests {
    private func plan(_ budget: TransferBudget, _ estimator: TransferEstimator = .exact) -> TransferPlan {
        let entries = (0..<3).map { TransferEntry(task: "t", modalities: ["m\($0)"]) }
        return TransferPlan(.modalities, entries: entries, budget: budget, estimator: estimator, seed: 7)
    }

    @Test("sources are trained once for every seed, transfers in both directions")
    func whole() {
        let plan = plan(TransferBudget(seeds: 2))
        let starts = plan.startJobs(.whole, samples: [10, 10, 10])
        #expect(starts.count == 3 * 2 && starts.allSatisfy { $0.start == .source })
        #expect(Set(starts.map(\.seed)) == [7, 8])
        #expect(plan.transferJobs(nil, .whole).count == 6 * 2)
        #expect(plan.transferJobs([EntryPair(0, 2)], .whole).count == 2 * 2)
    }

    @Test("targets that are short of samples are compared with a training as short")
    func references() {
        let plan = plan(TransferBudget(seeds: 1, referenceSeeds: 3, targetSamples: 8))
        let starts = plan.startJobs(.whole, samples: [8, 9, 100])
        #expect(starts.filter { $0.start == .reference && $0.seed == 7 }.map(\.to) == [1, 2])
        // Further random starts are what transfers to every entry are compared with.
        #expect(starts.filter { $0.start == .reference && $0.seed > 7 }.count == 2 * 3)
        #expect(plan.reference(samples: 8) == .source && plan.reference(samples: 9) == .reference)
    }

    @Test("probes need no training but the sources, and probe an entry's own predictor too")
    func probes() {
        let plan = plan(TransferBudget(seeds: 1, referenceSeeds: 3, targetSamples: 8), .probe)
        #expect(plan.startJobs(.whole, samples: [10, 10, 10]).allSatisfy { $0.start == .source })
        let jobs = plan.transferJobs(nil, .whole)
        #expect(jobs.count == 6 + 3 && jobs.allSatisfy(plan.isProbe))
        #expect(jobs.filter { plan.recorded($0) == .source }.count == 3)
    }

    @Test("parts divide the jobs")
    func shards() throws {
        let plan = plan(TransferBudget(seeds: 2))
        let parts = try ["1/2", "2/2"].map { try TransferShard(parsing: $0) }
        #expect(parts.map { plan.startJobs($0, samples: [4, 4, 4]).count } == [4, 2])
        #expect(parts.map { plan.transferJobs(nil, $0).count } == [8, 4])
    }
}
