import Multimodal
import Testing
import Torch

@testable import Training

/// Expected values: scikit-learn 1.5 on the same numbers, with the call beside each.
@Suite struct MetricsTests {
    private func predictions(_ target: TargetDescription, _ outputs: [[Float]], _ truths: Tensor) throws -> Predictions
    {
        var predictions = Predictions(target)
        let flat = try Tensor(outputs.flatMap { $0 }, shape: [outputs.count, target.outputs])
        try predictions.add(outputs: flat, truths: truths)
        return predictions
    }

    @Test func twoClasses() throws {
        // y = [0, 0, 1, 1, 1]; s = [.1, .6, .35, .8, .6] as margins of class 1
        let outputs: [[Float]] = [[0, -2], [0, 1], [0, -0.5], [0, 3], [0, 1]]
        let truths = try Tensor([0, 0, 1, 1, 1] as [Int64], shape: [5])
        let result = try predictions(.classification(["no", "yes"]), outputs, truths)
        #expect(result.value(of: .accuracy) == 0.6)
        // f1_score(y, [0, 1, 0, 1, 1])
        #expect(abs(result.value(of: .f1) - 2.0 / 3) < 1e-12)
        // roc_auc_score(y, s): pairs (0: 3 of 3 wins), (1: 1 win, 1 tie, 1 loss)
        #expect(abs(result.value(of: .auroc) - 4.5 / 6) < 1e-12)
        // average_precision_score(y, s) = 1/3·1 + 1/3·2/3 + 1/3·3/4
        #expect(abs(result.value(of: .auprc) - (1.0 + 2.0 / 3 + 3.0 / 4) / 3) < 1e-12)
    }

    @Test func severalClasses() throws {
        let outputs: [[Float]] = [[2, 1, 0], [0, 2, 1], [1, 2, 0], [0, 0, 5], [3, 0, 0], [0, 1, 2]]
        let truths = try Tensor([0, 1, 0, 2, 2, 2] as [Int64], shape: [6])
        let result = try predictions(.classification(["a", "b", "c"]), outputs, truths)
        #expect(abs(result.value(of: .accuracy) - 4.0 / 6) < 1e-12)
        // f1_score(average="macro") of the predictions [0, 1, 1, 2, 0, 2]: .5, 2/3, .8
        #expect(abs(result.value(of: .f1) - (0.5 + 2.0 / 3 + 0.8) / 3) < 1e-12)
    }

    @Test func labels() throws {
        let outputs: [[Float]] = [[1, -1], [-1, 1], [2, 2], [-3, -2]]
        let truths = try Tensor([1, 0, 0, 1, 1, 0, 1, 0] as [Float], shape: [4, 2])
        let result = try predictions(.multilabel(["a", "b"]), outputs, truths)
        #expect(result.value(of: .accuracy) == 0.75)
        // f1 of a: 2·2/(2+3) = .8; of b: 2·1/(2+1) = 2/3
        #expect(abs(result.value(of: .f1) - (0.8 + 2.0 / 3) / 2) < 1e-12)
        // roc_auc_score per label: a: 1/3 + 1/3 of [1, 2, -3] against [-1] = 2/3;
        // b: [1] against [-1, 2, -2] = 2/3
        #expect(abs(result.value(of: .auroc) - 2.0 / 3) < 1e-12)
    }

    @Test func numbers() throws {
        let truths = try Tensor([1, 2, 3, 4] as [Float], shape: [4, 1])
        let result = try predictions(.regression(), [[1], [2], [4], [4]], truths)
        #expect(result.value(of: .rmse) == 0.5)
        #expect(abs(result.value(of: .r2) - 0.8) < 1e-12)
    }

    /// Sums of many thirds and sevenths must not exceed 1.
    @Test(arguments: [3, 7, 49, 123])
    func aPerfectRankingIsExactlyOne(positives: Int) {
        let scores = RankingScores(
            scores: (0..<(2 * positives)).map { Float(-$0) }, positives: (0..<(2 * positives)).map { $0 < positives })
        #expect(scores.auprc == 1 && scores.auroc == 1)
    }

    @Test func oneClassHasNoRanking() throws {
        let truths = try Tensor([1, 1] as [Int64], shape: [2])
        let result = try predictions(.classification(["no", "yes"]), [[0, 1], [1, 0]], truths)
        #expect(result.value(of: .auroc).isNaN)
        #expect(result.value(of: .auprc) == 1)
    }
}
