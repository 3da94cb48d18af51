import Heterogeneity
import Method
import Multimodal
import Parallel
import Training

/// Compares the whole method with the method without one of its parts, from several seeds.
///
/// All arms have the data, recipe, width and numbers of epochs of the suite. Arms with the same
/// model share their stage 1. Source: Table 5 of Liang et al. 2023.
public struct AblationStudy {
    /// The suite.
    public var suite: Suite
    /// The arms to compare. The full method is always included.
    public var arms: [AblationArm]
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The groups by heterogeneity.
    public var grouping: HeterogeneityGrouping
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(
        _ suite: Suite, arms: [AblationArm] = AblationArm.allCases, seeds: Int,
        grouping: HeterogeneityGrouping, training: StudyTraining
    ) {
        self.suite = suite
        self.arms = AblationArm.allCases.filter { $0 == .full || arms.contains($0) }
        self.seeds = seeds
        self.grouping = grouping
        self.training = training
    }

    /// Trains the missing runs and compares the arms. Also writes `ablation.json` and
    /// `ablation.csv` into the folder of the study.
    ///
    /// - Throws: `Interruption` when the study was stopped; `ConfigurationError` when the suite
    ///   trains another method; `MatrixError` when groups cannot be formed; the errors of
    ///   trainings.
    public func run() throws -> Result {
        try suite.checkMethodHasGroups()
        let data = try OpenedSuite(suite, dataRoot: training.dataRoot)
        // Groups that cannot be formed are an error before the first training.
        let reference = try rule.groups(of: .heterogeneity, tasks: data.tasks, firstStage: nil)
        try training.settle(suite, .init(grouping))
        try shareTrainings(data)
        try Team.current.dismissHelpers()
        var results: [AblationArm: [RunResult]] = [:]
        // Seeds side by side: after each seed, all arms can be compared.
        for draw in 0..<seeds {
            let models = bases(draw)
            for base in models.sorted(by: { $0.key < $1.key }) where isMissing(base.value.arms, draw) {
                try training.train(base.value.suite, named: base.key)
            }
            for arm in arms { results[arm, default: []].append(try result(arm, draw, data)) }
        }
        let comparison = Result(
            suite: suite.name, split: training.split, groups: [reference.encoders.count, reference.crossmodal.count],
            results: arms.map { ($0, results[$0] ?? []) })
        try training.write(comparison, comparison.table, named: "ablation")
        return comparison
    }

    private var rule: SharingRule {
        SharingRule(seed: suite.seed, grouping: grouping, device: training.device)
    }

    /// Hands the trainings to the processes of a team, stage 1 first.
    private func shareTrainings(_ data: OpenedSuite) throws {
        let bases = (0..<seeds).flatMap { draw in
            self.bases(draw).sorted { $0.key < $1.key }.map { name, base in
                HandedTraining(
                    work: base.suite.trainingWork, result: training.run(name).checkpoints(stage: .first).bestPath
                ) {
                    if isMissing(base.arms, draw) { try training.train(base.suite, named: name) }
                }
            }
        }
        try HandedTraining.share(bases)
        try HandedTraining.share(
            (0..<seeds).flatMap { draw in
                arms.map { arm in
                    let stage: TrainingStage = arm == .withoutStage1 ? .first : .second
                    return HandedTraining(
                        work: suite.trainingWork, result: training.finished(name(arm, draw), stage)
                    ) { _ = try result(arm, draw, data) }
                }
            })
    }

    /// Returns the trainings of stage 1 of a seed, by the names of their runs.
    private func bases(_ draw: Int) -> [String: (suite: Suite, arms: [AblationArm])] {
        let members = arms.filter { $0 != .withoutStage1 }
        return Dictionary(grouping: members) { baseName($0, draw) }.mapValues { (model($0[0], draw), $0) }
    }

    /// True when an arm has no scores yet.
    private func isMissing(_ arms: [AblationArm], _ draw: Int) -> Bool {
        !training.usesTest || arms.contains { training.run(name($0, draw)).result(of: .second) == nil }
    }

    private func seed(_ draw: Int) -> UInt64 { suite.seed &+ UInt64(draw) }

    private func name(_ arm: AblationArm, _ draw: Int) -> String { "\(arm.rawValue)-seed-\(seed(draw))" }

    private func baseName(_ arm: AblationArm, _ draw: Int) -> String {
        var model = suite.model
        let part = arm.leaveOut(of: &model) ? "-\(arm.rawValue)" : ""
        return "stage1\(part)-seed-\(seed(draw))"
    }

    /// Returns the suite of an arm.
    private func model(_ arm: AblationArm, _ draw: Int) -> Suite {
        var own = suite.withRecipeOfItsGroups
        own.seed = seed(draw)
        arm.leaveOut(of: &own.model)
        return own
    }

    private func result(_ arm: AblationArm, _ draw: Int, _ data: OpenedSuite) throws -> RunResult {
        var own = model(arm, draw)
        let base = training.run(baseName(arm, draw))
        guard arm == .withoutStage1 else {
            return try training.divided(own, named: name(arm, draw), from: base) {
                try rule.groups(of: arm.sharing, draw: draw, tasks: data.tasks, firstStage: base)
            }
        }
        own.model.groups = ModelSettings.Groups(
            try rule.groups(of: .heterogeneity, tasks: data.tasks, firstStage: nil))
        own.training.epochs = data.suite.training.epochs.map { $0 + suite.training.stage2.epochs }
        return try training.result(of: own, named: name(arm, draw))
    }
}
