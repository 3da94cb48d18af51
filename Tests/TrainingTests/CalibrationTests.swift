import Foundation
import Multimodal
import Numerics
import TestSupport
import Testing
import Torch

@testable import Training

@Suite struct CalibrationTests {
    private func objective() throws -> TaskObjective {
        let synthetic = try SyntheticSuite()
        return try #require(try synthetic.run("run").objectives["gait"])
    }

    /// The factor of an uninformative head becomes 0; an overconfident summary is scaled down.
    @Test func aHeadThatHarmsIsSilenced() throws {
        var random = RandomSource(seed: 1)
        var outputs = PartialOutputs(width: 3)
        for row in 0..<300 {
            let label = row % 3
            outputs.truths.append(Float(label))
            for output in 0..<3 {
                outputs.summary.append(8 * (output == label ? 1 : 0) + 8 * random.normal())
                outputs.head.append(5 * random.normal())
            }
        }
        let objective = try objective()
        let factors = Calibration.factors(outputs, objective)
        #expect(abs(factors.head) < 0.1 && factors.summary < 0.5)
        let before = objective.loss(outputs.sums(.init()), outputs.truths, width: 3)
        #expect(objective.loss(outputs.sums(factors), outputs.truths, width: 3) < 0.6 * before)
    }

    @Test func aHeadThatHelpsIsHeard() throws {
        var random = RandomSource(seed: 1)
        var outputs = PartialOutputs(width: 3)
        for row in 0..<300 {
            outputs.truths.append(Float(row % 3))
            for output in 0..<3 {
                outputs.summary.append(random.normal())
                outputs.head.append((output == row % 3 ? 2 : 0) + random.normal())
            }
        }
        #expect(Calibration.factors(outputs, try objective()).head > 0.7)
    }
}
