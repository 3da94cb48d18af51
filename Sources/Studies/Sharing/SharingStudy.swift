import Files
import Foundation
import Heterogeneity
import HighMMT
import Method
import Multimodal
import Numerics
import Parallel
import Torch
import Training

/// Compares ways of sharing parameters on one suite, at about the same number of parameters and
/// from several seeds.
///
/// Each arm's model is made wider or narrower, heads included, until its parameter count matches
/// that of the heterogeneity arm at the suite's width. Arms of the same width share their stage 1.
/// Stage 2 separates the groups. Alternatively, every arm is trained from random parameters with
/// its groups from the start.
public struct SharingStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// The scores of one arm.
        public struct Arm: Codable, Sendable {
            /// The arm.
            public var arm: SharingArm
            /// The width of a latent vector.
            public var width: Int
            /// The number of parameters of its model.
            public var parameters: Int
            /// The suite's score on the test splits, one per seed (see `SuiteScore`).
            public var scores: [Double]
            /// The mean of the scores.
            public var mean: Double
            /// The standard error of the mean.
            public var standardError: Double
            /// The scores of the heterogeneity arm minus those of this arm, paired by seed. `nil`
            /// for the heterogeneity arm itself.
            public var heterogeneityAhead: PairedTest?
        }

        /// The name of the suite.
        public var suite: String
        /// True when the arms have their groups from the start; `nil` when they have them in stage
        /// 2.
        public var groupsFromStart: Bool?
        /// The numbers of groups of streams and of pairs.
        public var groups: [Int]
        /// The arms.
        public var arms: [Arm]
        /// The groupings with the sizes of the heterogeneity arm: its own and the random ones.
        public var groupings: [GroupingTrial]
        /// The variation of their scores beyond chance. `nil` with fewer than two groupings or two
        /// seeds.
        public var groupingSpread: GroupingSpread?
        /// The test of whether heterogeneity predicts their scores. `nil` with fewer than four
        /// groupings.
        public var prediction: GroupingPrediction?
    }

    /// The suite.
    public var suite: Suite
    /// The root folder of its datasets.
    public var dataRoot: String
    /// The folder of the runs. An interrupted study continues from the runs in it.
    public var folder: String
    /// The distances between streams. `nil` for a suite with one stream.
    public var modalities: HeterogeneityMatrix?
    /// The distances between pairs. `nil` for a suite with fewer than two pairs.
    public var interactions: HeterogeneityMatrix?
    /// The number of groups of streams.
    public var encoderGroups: Int
    /// The number of groups of pairs.
    public var crossmodalGroups: Int
    /// The linkage for grouping.
    public var linkage: Linkage
    /// The number of runs per arm.
    public var seeds: Int
    /// The arms to compare. The heterogeneity arm is always included.
    public var arms: [SharingArm]
    /// The number of random groupings. Each is trained from every seed.
    public var randomGroupings: Int
    /// True to train every arm from random parameters with its groups from the start; false to
    /// separate the groups in stage 2.
    public var groupsFromStart: Bool
    /// The device to compute on.
    public var device: Device

    /// Creates a study from its parts.
    public init(
        suite: Suite, dataRoot: String, folder: String, modalities: HeterogeneityMatrix?,
        interactions: HeterogeneityMatrix?, encoderGroups: Int, crossmodalGroups: Int, linkage: Linkage = .average,
        seeds: Int = 5, arms: [SharingArm] = SharingArm.usual, randomGroupings: Int = 3, groupsFromStart: Bool = false,
        device: Device = .cpu
    ) {
        self.suite = suite
        self.dataRoot = dataRoot
        self.folder = folder
        self.modalities = modalities
        self.interactions = interactions
        self.encoderGroups = encoderGroups
        self.crossmodalGroups = crossmodalGroups
        self.linkage = linkage
        self.seeds = seeds
        self.arms = arms
        self.randomGroupings = max(1, randomGroupings)
        self.groupsFromStart = groupsFromStart
        self.device = device
    }

    /// The error of groups by features without a stage 1 whose features they could come from.
    public struct NoFeatures: Error, CustomStringConvertible {
        /// The message: the problem and the expectation.
        public var description: String {
            "groups by features come from a trained stage 1, and groups from the start have none; expected other arms"
        }
    }

    /// The arms with other numbers of groups than the heterogeneity arm.
    private static let hasOwnWidth: [SharingArm] = [.all, .none, .unimodal, .crossmodal]

    /// Trains the missing runs and compares the arms. Also writes `sharing.json` and `sharing.csv`
    /// into the folder of the study.
    ///
    /// - Parameters:
    ///   - progress: Receives a line about each run.
    ///   - shouldStop: Queried after every training step. A stopped study continues from there.
    /// - Returns: The comparison, or `nil` when the study was stopped.
    /// - Throws: `ConfigurationError` or the error of the dataset when data cannot be opened;
    ///   ``SharingStudy/NoFeatures`` when groups from the start are to come from features;
    ///   `MatrixError` when groups cannot be made; `RunError` or `TrainingError` when a training
    ///   fails; `FileError` when a run cannot be written.
    public func run(progress: (String) -> Void = { _ in }, shouldStop: () -> Bool = { false }) throws -> Result? {
        if groupsFromStart, arms.contains(.features) { throw NoFeatures() }
        let data = try OpenedSuite(suite, dataRoot: dataRoot)
        let tasks = data.tasks
        let reference = try groups(of: .heterogeneity, tasks: tasks, firstStage: nil)
        let target = try parameters(reference.sharing, width: suite.model.width, data: data)
        var arms: [Result.Arm] = []
        for arm in SharingArm.allCases where arm == .heterogeneity || self.arms.contains(arm) {
            let sharing = try arm == .features ? reference : groups(of: arm, tasks: tasks, firstStage: nil)
            let width =
                try Self.hasOwnWidth.contains(arm)
                ? width(sharing.sharing, target: target, data: data) : suite.model.width
            arms.append(
                Result.Arm(
                    arm: arm, width: width, parameters: try parameters(sharing.sharing, width: width, data: data),
                    scores: [],
                    mean: 0, standardError: 0))
        }
        var trials = try trials(tasks: tasks, arms: arms.map(\.arm))
        do {
            try shareTrainings(arms, data: data, progress, shouldStop)
        } catch is Interruption {
            return nil
        }
        try Team.current.dismissHelpers()
        for seed in 0..<UInt64(max(1, seeds)) {
            for index in arms.indices {
                let draws = arms[index].arm == .random ? randomGroupings : 1
                var scores: [Double] = []
                for draw in 0..<draws {
                    progress("seed \(seed), \(name(of: arms[index].arm, draw: draw)), width \(arms[index].width)")
                    guard
                        let score = try score(
                            arms[index].arm, draw: draw, width: arms[index].width, seed: suite.seed &+ seed,
                            data: data, shouldStop)
                    else { return nil }
                    scores.append(score)
                    let name = name(of: arms[index].arm, draw: draw)
                    if let trial = trials.firstIndex(where: { $0.name == name }) { trials[trial].scores.append(score) }
                    progress(String(format: "  score %.4f", score))
                }
                arms[index].scores.append(Measurements(scores).mean)
            }
        }
        let ours = arms.first { $0.arm == .heterogeneity }?.scores ?? []
        for index in arms.indices {
            let sample = Measurements(arms[index].scores)
            (arms[index].mean, arms[index].standardError) = (sample.mean, sample.standardError)
            if arms[index].arm != .heterogeneity {
                arms[index].heterogeneityAhead = PairedTest(ours, arms[index].scores)
            }
        }
        let result = Result(
            suite: suite.name, groupsFromStart: groupsFromStart ? true : nil,
            groups: [reference.encoders.count, reference.crossmodal.count], arms: arms, groupings: trials,
            groupingSpread: GroupingSpread(trials.map(\.scores)), prediction: GroupingPrediction(trials))
        try JSONFile.write(result, to: "\(folder)/sharing.json")
        try AtomicFile.write(Array(result.table.csv.utf8), to: "\(folder)/sharing.csv")
        return result
    }

    /// Returns the groupings with the same group sizes, which differ only in their members.
    private func trials(tasks: [OpenedTask], arms: [SharingArm]) throws -> [GroupingTrial] {
        try [SharingArm.heterogeneity, .random].filter(arms.contains).flatMap { arm in
            try (0..<(arm == .random ? randomGroupings : 1)).map { draw in
                GroupingTrial(
                    name: name(of: arm, draw: draw),
                    groups: try groups(of: arm, draw: draw, tasks: tasks, firstStage: nil), modalities: modalities,
                    interactions: interactions)
            }
        }
    }

    private func name(of arm: SharingArm, draw: Int) -> String {
        arm == .random ? "\(arm.rawValue)-\(draw + 1)" : arm.rawValue
    }

    /// Hands the trainings to the processes of a team, stage 1 first.
    private func shareTrainings(
        _ arms: [Result.Arm], data: OpenedSuite, _ progress: (String) -> Void, _ shouldStop: () -> Bool
    ) throws {
        let seeds = suite.seeds(max(1, seeds))
        try withoutActuallyEscaping(progress) { progress in
            try withoutActuallyEscaping(shouldStop) { shouldStop in
                let bases = seeds.flatMap { seed in
                    Set(arms.map(\.width)).sorted().map { width in
                        HandedTraining(
                            work: Double(width), result: base(width, seed).checkpoints(stage: .first).bestPath
                        ) {
                            progress("seed \(seed), stage 1, width \(width)")
                            try trainBase(sized(data, width, seed), width, seed, shouldStop)
                        }
                    }
                }
                if !groupsFromStart { try HandedTraining.share(bases) }
                let own = seeds.flatMap { seed in
                    arms.flatMap { arm in
                        (0..<(arm.arm == .random ? randomGroupings : 1)).map { draw in
                            let name = name(of: arm.arm, draw: draw)
                            return HandedTraining(
                                work: Double(arm.width), result: run(name, seed).resultPath(of: stage)
                            ) {
                                progress("seed \(seed), \(name), width \(arm.width)")
                                let score = try score(
                                    arm.arm, draw: draw, width: arm.width, seed: seed, data: data, shouldStop)
                                guard score != nil else { throw Interruption.study }
                            }
                        }
                    }
                }
                try HandedTraining.share(own)
            }
        }
    }

    private func run(_ name: String, _ seed: UInt64) -> RunDirectory { RunDirectory("\(folder)/\(name)-seed-\(seed)") }

    private func base(_ width: Int, _ seed: UInt64) -> RunDirectory {
        RunDirectory("\(folder)/stage1-width-\(width)-seed-\(seed)")
    }

    /// The stage that has the groups.
    private var stage: TrainingStage { groupsFromStart ? .first : .second }

    private func sized(_ data: OpenedSuite, _ width: Int, _ seed: UInt64) -> OpenedSuite {
        var model = suite.model
        model.scale(toWidth: width)
        return data.with(seed: seed, model: model)
    }

    private func trainBase(_ data: OpenedSuite, _ width: Int, _ seed: UInt64, _ shouldStop: () -> Bool) throws {
        try Folder.make(folder)
        try StageTraining(.first, of: data, run: base(width, seed), device: device).train(shouldStop: shouldStop)
    }

    private func score(
        _ arm: SharingArm, draw: Int, width: Int, seed: UInt64, data: OpenedSuite, _ shouldStop: () -> Bool
    ) throws -> Double? {
        let own = run(name(of: arm, draw: draw), seed)
        if let result = own.finishedResult(of: stage) { return SuiteScore.value(result.tasks) ?? 0 }
        let base = base(width, seed)
        do {
            if groupsFromStart {
                let groups = try groups(of: arm, draw: draw, tasks: data.tasks, firstStage: nil)
                return SuiteScore.value(
                    try SuiteTraining(suite(arm, groups, width, seed), dataRoot: dataRoot, run: own, device: device)
                        .perform(shouldStop: shouldStop).tasks) ?? 0
            }
            let data = sized(data, width, seed)
            try trainBase(data, width, seed, shouldStop)
            try own.start(asCopyOf: base)
            let groups = try groups(of: arm, draw: draw, tasks: data.tasks, firstStage: base)
            try groups.write(to: own.groupsPath)
            let second = try StageTraining(.second(StageGroups(groups)), of: data, run: own, device: device)
            return SuiteScore.value(try second.perform(shouldStop: shouldStop).tasks) ?? 0
        } catch is Interruption {
            return nil
        }
    }

    /// Returns the suite of an arm that has its groups from the start.
    private func suite(_ arm: SharingArm, _ groups: SharingGroups, _ width: Int, _ seed: UInt64) -> Suite {
        var own = suite
        own.seed = seed
        own.model.scale(toWidth: width)
        own.model.groups = arm == .all ? nil : ModelSettings.Groups(groups)
        return own
    }

    /// The groups of every arm.
    private var rule: SharingRule {
        SharingRule(
            seed: suite.seed, modalities: modalities, interactions: interactions, encoderGroups: encoderGroups,
            crossmodalGroups: crossmodalGroups, linkage: linkage, device: device)
    }

    private func groups(
        of arm: SharingArm, draw: Int = 0, tasks: [OpenedTask], firstStage: RunDirectory?
    ) throws -> SharingGroups {
        try rule.groups(of: arm, draw: draw, tasks: tasks, firstStage: firstStage)
    }

    /// Returns the width, in steps of 4, at which the parameter count of a way of sharing is
    /// closest to the target.
    private func width(_ sharing: Sharing, target: Int, data: OpenedSuite) throws -> Int {
        var best = (width: 4, gap: Int.max)
        for width in stride(from: 4, through: 4 * suite.model.width, by: 4) {
            let count = try parameters(sharing, width: width, data: data)
            if abs(count - target) < best.gap { best = (width, abs(count - target)) }
            if count > target { break }
        }
        return best.width
    }

    private func parameters(_ sharing: Sharing, width: Int, data: OpenedSuite) throws -> Int {
        var suite = suite
        suite.model.scale(toWidth: width)
        let configuration = suite.modelConfiguration(for: suite.taskShapes(of: data.everyTask))
        return try HighMMTModel(configuration, tasks: suite.taskShapes(of: data.tasks), sharing: sharing)
            .parameters.count
    }
}

extension SharingStudy.Result {
    /// The arms as rows.
    public var table: StudyTable {
        StudyTable(
            header: [
                "sharing", "parameters", "width", "seeds", "score", "score_se", "ahead", "ahead_se", "ahead_p",
            ],
            rows: arms.map { arm in
                let ahead = arm.heterogeneityAhead
                return [
                    arm.arm.rawValue, "\(arm.parameters)", "\(arm.width)", "\(arm.scores.count)",
                    StudyTable.number(arm.mean), StudyTable.number(arm.standardError),
                    StudyTable.number(ahead?.difference), StudyTable.number(ahead?.standardError),
                    StudyTable.number(ahead?.p),
                ]
            })
    }
}
