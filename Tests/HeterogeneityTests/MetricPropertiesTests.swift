import Foundation
import Testing

@testable import Heterogeneity

@Suite("Metric properties")
struct MetricPropertiesTests {
    @Test("one violated triangle among three entries")
    func brokenTriangle() throws {
        let properties = MetricProperties(of: try matrix([[0, 1, 4], [1, 0, 1], [4, 1, 0]]))
        #expect(properties.triangle.distinct == 2.0 / 3)
        #expect(properties.triangle.sets == 0)
        #expect(properties.triangle.all == 25.0 / 27)
        #expect(properties.relaxedTriangle.all == 1)
        #expect(
            MetricProperties(of: try matrix([[0, 1, 4], [1, 0, 1], [4, 1, 0]]), relaxation: 1.5).relaxedTriangle.sets
                == 0)
    }

    @Test("the inequality tolerates rounding")
    func rounding() throws {
        let properties = MetricProperties(of: try matrix([[0, 0.1, 0.3], [0.1, 0, 0.2], [0.3, 0.2, 0]]))
        #expect(properties.triangle.sets == 1)
    }

    @Test("two entries have no triangles")
    func twoEntries() throws {
        let properties = MetricProperties(of: try matrix([[0, 2], [2, 0]]))
        #expect(properties.triangle.all == 1)
        #expect(properties.triangle.distinct == nil)
        #expect(properties.singularValues == [2, 2])
        #expect(properties.explainedShare(rank: 1) == 0.5)
        #expect(properties.nuclearShare(rank: 2) == 1)
    }

    @Test("sums aᵢ + aⱼ with a zero diagonal have almost rank 2")
    func lowRank() throws {
        let zeros = MetricProperties(of: try matrix(count: 4) { _ in 0 })
        #expect(zeros.explainedShare(rank: 1) == 1)
        let sums = MetricProperties(of: try matrix(count: 6) { $0.first == 0 ? 10 : 0 })
        #expect(abs(sums.explainedShare(rank: 2) - 1) < 1e-12)
        #expect(abs(sums.singularValues[0] - 10 * 5.0.squareRoot()) < 1e-9)
    }
}
