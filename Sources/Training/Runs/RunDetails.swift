import Files
import Multimodal

/// The predictions of a stage on the test splits in more detail than their scores: the content of
/// `details.json`.
public struct RunDetails: Codable, Equatable, Sendable {
    /// The samples whose confidence lies in one range.
    public struct Bin: Codable, Equatable, Sendable {
        /// The number of samples, or of samples and labels.
        public var count: Int
        /// The mean probability of the prediction, or of the label.
        public var confidence: Double
        /// The share of correct predictions, or of samples with the label.
        public var accuracy: Double
    }

    /// The details of one task.
    public struct Task: Codable, Equatable, Sendable {
        /// The names of the classes or labels.
        public var classes: [String]?
        /// The number of samples by true class (row) and predicted class (column).
        public var confusion: [[Int]]?
        /// Ten ranges of equal width of the confidence, without empty ones.
        public var reliability: [Bin]?
        /// The expected calibration error: the mean distance of confidence and accuracy over the
        /// samples. Source: Guo et al. 2017.
        public var calibrationError: Double?
        /// True and predicted value of the first component, for at most 400 samples, evenly spaced.
        public var regression: [[Double]]?
        /// Modality → the increase of the validation loss when it comes from another sample, as a
        /// share of the loss of chance.
        public var modalities: [String: Double]?
        /// The true positives, false positives and false negatives of each label. A probability
        /// above 0.5 is a positive.
        public var labels: [[Int]]?
        /// Group of the dataset, such as the persons recorded → the score of each member.
        public var groups: [String: [MemberScore]]?
    }

    /// Task → details.
    public var tasks: [String: Task] = [:]

    /// Writes the file.
    ///
    /// - Throws: `FileError` when it cannot be written.
    func write(to path: String) throws { try JSONFile.writeChecked(self, to: path) }
}

extension RunDetails.Task {
    /// Counts the predictions of a task.
    init(_ predictions: Predictions) {
        let target = predictions.target
        classes = target.kind == .regression ? nil : target.classes
        switch target.kind {
        case .classification:
            var counts = Array(repeating: Array(repeating: 0, count: target.outputs), count: target.outputs)
            var judged: [(confidence: Double, isRight: Bool)] = []
            for (logits, truth) in zip(predictions.outputs, predictions.truths) {
                let answer = logits.indices.reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
                guard let label = Int(exactly: truth[0]), counts.indices.contains(label) else { continue }
                counts[label][answer] += 1
                judged.append((Predictions.probabilities(logits, kind: target.kind).max() ?? 0, answer == label))
            }
            confusion = counts
            judge(judged)
        case .multilabel:
            var counts = Array(repeating: [0, 0, 0], count: target.outputs)
            var judged: [(confidence: Double, isRight: Bool)] = []
            for (logits, truths) in zip(predictions.outputs, predictions.truths) {
                let probabilities = Predictions.probabilities(logits, kind: target.kind)
                for (label, (probability, truth)) in zip(probabilities, truths).enumerated() where truth.isFinite {
                    judged.append((probability, truth > 0.5))
                    guard truth > 0.5 || probability > 0.5 else { continue }
                    counts[label][truth > 0.5 ? probability > 0.5 ? 0 : 2 : 1] += 1
                }
            }
            labels = counts
            judge(judged)
        case .regression:
            let count = predictions.outputs.count
            let shown = min(400, count)
            regression = (0..<shown).map { index in
                let row = index * count / shown
                return [Double(predictions.truths[row][0]), Double(predictions.outputs[row][0])]
            }.filter { $0.allSatisfy(\.isFinite) }
        }
    }

    private mutating func judge(_ judged: [(confidence: Double, isRight: Bool)]) {
        var bins: [RunDetails.Bin] = []
        var error = 0.0
        for number in 0..<10 {
            let members = judged.filter { $0.confidence.isFinite && min(9, Int($0.confidence * 10)) == number }
            guard !members.isEmpty else { continue }
            let count = Double(members.count)
            let confidence = members.map(\.confidence).reduce(0, +) / count
            let accuracy = Double(members.filter(\.isRight).count) / count
            bins.append(RunDetails.Bin(count: members.count, confidence: confidence, accuracy: accuracy))
            error += abs(confidence - accuracy) * count
        }
        reliability = bins
        calibrationError = error / Double(max(1, judged.count))
    }
}
