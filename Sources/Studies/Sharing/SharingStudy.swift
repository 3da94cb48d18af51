import Heterogeneity
import HighMMT
import Method
import Multimodal
import Numerics
import Parallel
import Training

/// Compares ways of sharing parameters on one suite, at about the same number of parameters and
/// from several seeds.
///
/// Each arm's model is made wider or narrower, heads included, until its parameter count matches
/// that of the heterogeneity arm at the suite's width. Arms of the same width share their stage 1.
/// Stage 2 separates the groups. Alternatively, every arm is trained from random parameters with
/// its groups from the start.
public struct SharingStudy {
    /// The suite.
    public var suite: Suite
    /// The arms to compare. The heterogeneity arm is always included.
    public var arms: [SharingArm]
    /// The number of random groupings. Each is trained from every seed.
    public var randomGroupings: Int
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The groups by heterogeneity.
    public var grouping: HeterogeneityGrouping
    /// True to train every arm from random parameters with its groups from the start; false to
    /// separate the groups in stage 2.
    public var groupsFromStart: Bool
    /// The trainings.
    public var training: StudyTraining

    /// Creates a study from its parts.
    public init(
        _ suite: Suite, arms: [SharingArm] = SharingArm.usual, randomGroupings: Int = 3, seeds: Int = 5,
        grouping: HeterogeneityGrouping, groupsFromStart: Bool = false, training: StudyTraining
    ) {
        self.suite = suite
        self.arms = arms
        self.randomGroupings = max(1, randomGroupings)
        self.seeds = max(1, seeds)
        self.grouping = grouping
        self.groupsFromStart = groupsFromStart
        self.training = training
    }

    /// The error of groups by features without a stage 1 whose features they could come from.
    public struct NoFeatures: Error, CustomStringConvertible {
        /// The message: the problem and the expectation.
        public var description: String {
            "groups by features come from a trained stage 1, and groups from the start have none; expected other arms"
        }
    }

    /// One grouping of an arm; only the random arm has several.
    private struct Variant {
        let arm: SharingArm
        let draw: Int
        let width: Int

        var name: String { arm == .random ? "\(arm.rawValue)-\(draw + 1)" : arm.rawValue }
    }

    /// The arms with other numbers of groups than the heterogeneity arm.
    private static let hasOwnWidth: [SharingArm] = [.all, .none, .unimodal, .crossmodal]

    /// Trains the missing runs and compares the arms. Also writes `sharing.json` and `sharing.csv`
    /// into the folder of the study.
    ///
    /// - Throws: `Interruption` when the study was stopped; `ConfigurationError` when the suite
    ///   trains another method; the error of the dataset when data cannot be opened;
    ///   ``SharingStudy/NoFeatures`` when groups from the start are to come from features;
    ///   `MatrixError` when groups cannot be formed; the errors of trainings.
    public func run() throws -> Result {
        try suite.checkMethodHasGroups()
        if groupsFromStart, arms.contains(.features) { throw NoFeatures() }
        let data = try OpenedSuite(suite, dataRoot: training.dataRoot)
        // Groups that cannot be formed are an error before the first training.
        let reference = try rule.groups(of: .heterogeneity, tasks: data.tasks, firstStage: nil)
        var arms = try sizedArms(reference, data)
        let variants = arms.map { arm in
            (0..<(arm.arm == .random ? randomGroupings : 1)).map { Variant(arm: arm.arm, draw: $0, width: arm.width) }
        }
        try training.settle(suite, .init(grouping, fromStart: groupsFromStart ? true : nil))
        var trials = try trials(variants.flatMap(\.self), data)
        try shareTrainings(variants.flatMap(\.self), data)
        try Team.current.dismissHelpers()
        // Seeds side by side: after each seed, all arms can be compared.
        for seed in suite.seeds(seeds) {
            for index in arms.indices {
                let scores = try variants[index].map { variant in
                    guard let score = try result(variant, seed, data).score else {
                        throw RunError(
                            "\(training.run(name(variant, seed)).path): has no suite score to compare: no task has a metric "
                                + "of which 0 is chance and 1 perfection, or none is defined on the split")
                    }
                    if let trial = trials.firstIndex(where: { $0.name == variant.name }) {
                        trials[trial].scores.append(score)
                    }
                    return score
                }
                arms[index].scores.append(Measurements(scores).mean)
            }
        }
        let ours = arms.first { $0.arm == .heterogeneity }?.scores ?? []
        for index in arms.indices {
            let sample = Measurements(arms[index].scores)
            arms[index].mean = sample.mean
            arms[index].standardError = seeds > 1 ? sample.standardError : nil
            if arms[index].arm != .heterogeneity {
                arms[index].heterogeneityAhead = PairedTest(ours, arms[index].scores)
            }
        }
        let comparison = Result(
            suite: suite.name, split: training.split, groupsFromStart: groupsFromStart ? true : nil,
            groups: [reference.encoders.count, reference.crossmodal.count], arms: arms, groupings: trials,
            groupingSpread: GroupingSpread(trials.map(\.scores)), prediction: GroupingPrediction(trials))
        try training.write(comparison, comparison.table, named: "sharing")
        return comparison
    }

    /// The groups of every arm.
    private var rule: SharingRule {
        SharingRule(seed: suite.seed, grouping: grouping, device: training.device)
    }

    /// Returns the arms with their widths, without scores.
    private func sizedArms(_ reference: SharingGroups, _ data: OpenedSuite) throws -> [Result.Arm] {
        let target = try parameters(reference.sharing, width: suite.model.width, data)
        return try SharingArm.allCases.filter { $0 == .heterogeneity || arms.contains($0) }.map { arm in
            let groups = try rule.groups(of: arm, tasks: data.tasks, firstStage: nil)
            let width =
                try Self.hasOwnWidth.contains(arm)
                ? width(groups.sharing, target: target, data) : suite.model.width
            return Result.Arm(
                arm: arm, width: width, parameters: try parameters(groups.sharing, width: width, data), scores: [],
                mean: 0)
        }
    }

    /// Returns the groupings with the same group sizes, which differ only in their members. That of
    /// the heterogeneity arm comes first.
    private func trials(_ variants: [Variant], _ data: OpenedSuite) throws -> [GroupingTrial] {
        let (ours, random) = (variants.filter { $0.arm == .heterogeneity }, variants.filter { $0.arm == .random })
        return try (ours + random).map { variant in
            GroupingTrial(
                name: variant.name,
                groups: try rule.groups(of: variant.arm, draw: variant.draw, tasks: data.tasks, firstStage: nil),
                matrices: grouping.matrices)
        }
    }

    /// Hands the trainings to the processes of a team, stage 1 first.
    private func shareTrainings(_ variants: [Variant], _ data: OpenedSuite) throws {
        let seeds = suite.seeds(seeds)
        let widths = groupsFromStart ? [] : Set(variants.map(\.width)).sorted()
        try HandedTraining.share(
            seeds.flatMap { seed in
                widths.map { width in
                    HandedTraining(
                        work: Double(width), result: training.finished(baseName(width, seed), .first)
                    ) { try training.train(sized(width, seed), named: baseName(width, seed)) }
                }
            })
        try HandedTraining.share(
            seeds.flatMap { seed in
                variants.map { variant in
                    HandedTraining(
                        work: Double(variant.width),
                        result: training.finished(name(variant, seed), groupsFromStart ? .first : .second)
                    ) { _ = try result(variant, seed, data) }
                }
            })
    }

    private func name(_ variant: Variant, _ seed: UInt64) -> String { "\(variant.name)-seed-\(seed)" }

    private func baseName(_ width: Int, _ seed: UInt64) -> String { "stage1-width-\(width)-seed-\(seed)" }

    private func sized(_ width: Int, _ seed: UInt64) -> Suite {
        var own = suite.withRecipeOfItsGroups
        own.seed = seed
        own.model.scale(toWidth: width)
        return own
    }

    private func result(_ variant: Variant, _ seed: UInt64, _ data: OpenedSuite) throws -> RunResult {
        func groups(_ firstStage: RunDirectory?) throws -> SharingGroups {
            try rule.groups(of: variant.arm, draw: variant.draw, tasks: data.tasks, firstStage: firstStage)
        }
        var own = sized(variant.width, seed)
        let name = name(variant, seed)
        if groupsFromStart {
            own.model.groups = variant.arm == .all ? nil : ModelSettings.Groups(try groups(nil))
            return try training.result(of: own, named: name)
        }
        return try training.divided(own, named: name, after: baseName(variant.width, seed), groups: groups)
    }

    /// Returns the width, in steps of 4, at which the parameter count of a way of sharing is
    /// closest to the target.
    private func width(_ sharing: Sharing, target: Int, _ data: OpenedSuite) throws -> Int {
        var best = (width: 4, gap: Int.max)
        for width in stride(from: 4, through: 4 * suite.model.width, by: 4) {
            let count = try parameters(sharing, width: width, data)
            if abs(count - target) < best.gap { best = (width, abs(count - target)) }
            if count > target { break }
        }
        return best.width
    }

    private func parameters(_ sharing: Sharing, width: Int, _ data: OpenedSuite) throws -> Int {
        var suite = suite
        suite.model.scale(toWidth: width)
        let configuration = suite.modelConfiguration(for: suite.taskShapes(of: data.everyTask))
        return try HighMMTModel(configuration, tasks: suite.taskShapes(of: data.tasks), sharing: sharing)
            .parameters.count
    }
}
