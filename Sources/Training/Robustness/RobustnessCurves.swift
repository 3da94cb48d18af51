import Files
import Multimodal

/// The scores of a run under increasingly corrupted inputs.
public struct RobustnessCurves: Codable, Equatable, Sendable {
    /// The curves of one kind of corruption.
    public struct Curve: Codable, Equatable, Sendable {
        /// The kind of corruption.
        public var kind: CorruptionKind
        /// Task → the score of its first metric at each severity; `nil` where it is undefined.
        public var tasks: [String: [Double?]]
        /// The suite score at each severity.
        public var score: [Double?]
        /// Tasks that keep their modalities because the model was never trained without them. Their
        /// scores are those of the original inputs.
        public var untouched: [String]?
    }

    /// The name of the suite.
    public var suite: String
    /// The split that was scored.
    public var split: Split
    /// The seed of the run.
    public var seed: UInt64
    /// Task → its first metric.
    public var metrics: [String: Metric]
    /// The severities, from 0.
    public var severities: [Double]
    /// One curve per kind of corruption.
    public var curves: [Curve]

    /// The severities that are measured.
    public static let severities = [0, 0.25, 0.5, 0.75, 1]
}

extension StageRun {
    /// Scores the run under each kind of corruption of all streams, at severities from 0 to 1.
    ///
    /// A task keeps its modalities if the model was never trained without them. Scores of the test
    /// splits are saved in the run, as by ``evaluate(on:stage:conditions:)``.
    ///
    /// - Parameters:
    ///   - stage: The stage to score; `nil` uses ``RunDirectory/latestStage``.
    ///   - progress: Receives a description of each measurement before it starts.
    /// - Throws: The errors of ``evaluate(on:stage:conditions:)``.
    public func robustness(
        on split: Split, stage: TrainingStage? = nil, progress: (String) -> Void = { _ in }
    ) throws -> RobustnessCurves {
        let scored = stage ?? run.latestStage ?? .first
        let stamp = try run.checksumOfBest(scored)
        let best = try run.bestModel(of: stage, device: model.parameters.device).model
        let severities = RobustnessCurves.severities
        progress("original inputs")
        let clean = try evaluate(on: split, stage: stage).tasks
        let fixed = try tasks.filter { task in
            try task.modalities.count > 1 && !task.modalities.allSatisfy { try canLack($0, of: task, best) }
        }.map(\.name)
        let curves = try CorruptionKind.allCases.map { kind in
            let untouched = kind == .droppedModalities ? fixed : []
            let touched = tasks.filter { !untouched.contains($0.name) }
            let evaluator = Evaluator(best, tasks: touched, objectives: objectives)
            let results = try severities.map { severity in
                guard severity > 0 else { return clean }
                progress("\(kind.rawValue) \(severity)")
                let conditions = InputConditions(corruptions: [Corruption(kind, severity: severity)], seed: suite.seed)
                return try evaluator.scores(on: split, conditions: conditions).reduce(into: clean) {
                    $0[$1.key]?.scores = $1.value
                }
            }
            let scores = tasks.map { task in
                (task.name, results.map { $0[task.name]?.scores.metrics[task.metrics.first?.rawValue ?? ""] })
            }
            return RobustnessCurves.Curve(
                kind: kind, tasks: Dictionary(uniqueKeysWithValues: scores),
                score: results.map(SuiteScore.value), untouched: untouched.isEmpty ? nil : untouched)
        }
        let result = RobustnessCurves(
            suite: suite.name, split: split, seed: suite.seed,
            metrics: Dictionary(
                uniqueKeysWithValues: tasks.compactMap { task in task.metrics.first.map { (task.name, $0) } }),
            severities: severities, curves: curves)
        if split == .test {
            try keep(of: scored, ifBestIs: stamp) {
                try JSONFile.writeChecked(result, to: run.robustnessPath(of: scored))
            }
        }
        return result
    }
}
