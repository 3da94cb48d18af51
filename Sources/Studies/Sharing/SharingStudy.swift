import Files
import Foundation
import Heterogeneity
import HighMMT
import Multimodal
import Numerics
import Torch
import Training

/// Does sharing by heterogeneity help? Every way of sharing trains the same suite with about as many parameters, from
/// several seeds.
///
/// An arm's model is made wider or narrower, heads and all, until its parameters match those of the
/// heterogeneity arm at the suite's width. Arms of one width share their stage 1; stage 2 separates the groups.
public struct SharingStudy {
    /// What was found.
    public struct Result: Codable, Sendable {
        /// What one arm scored.
        public struct Arm: Codable, Sendable {
            /// The arm.
            public var arm: SharingArm
            /// The width of a latent vector.
            public var width: Int
            /// Parameters of its model.
            public var parameters: Int
            /// The suite's score on the test splits, seed by seed (see ``SuiteScore``).
            public var scores: [Double]
            /// Their mean.
            public var mean: Double
            /// The standard error of the mean.
            public var standardError: Double
            /// The heterogeneity arm less this one, paired by seed; nothing for the arm itself.
            public var heterogeneityAhead: PairedTest?
        }

        /// The suite.
        public var suite: String
        /// Groups of streams and of pairs.
        public var groups: [Int]
        /// The arms.
        public var arms: [Arm]
        /// The groupings of the sizes of the heterogeneity arm: its own and the random ones.
        public var groupings: [GroupingTrial]
        /// How much their scores differ beyond chance; nothing with fewer than two of them or one seed.
        public var groupingSpread: GroupingSpread?
        /// Whether heterogeneity foretells their scores; nothing with fewer than four of them.
        public var prediction: GroupingPrediction?
    }

    /// The suite.
    public var suite: Suite
    /// Where its datasets lie.
    public var dataRoot: String
    /// Where runs are kept; the study continues from what is there.
    public var folder: String
    /// Distances of streams; nothing for a suite with one.
    public var modalities: HeterogeneityMatrix?
    /// Distances of pairs; nothing for a suite with fewer than two.
    public var interactions: HeterogeneityMatrix?
    /// Groups of streams.
    public var encoderGroups: Int
    /// Groups of pairs.
    public var crossmodalGroups: Int
    /// How clusters are joined.
    public var linkage: Linkage
    /// Runs of every arm.
    public var seeds: Int
    /// What is compared; the arm by heterogeneity always is.
    public var arms: [SharingArm]
    /// Different random groupings, each of which is trained from every seed.
    public var randomGroupings: Int
    /// Where to compute.
    public var device: Device

    /// Names all parts.
    public init(
        suite: Suite, dataRoot: String, folder: String, modalities: HeterogeneityMatrix?,
        interactions: HeterogeneityMatrix?, encoderGroups: Int, crossmodalGroups: Int, linkage: Linkage = .average,
        seeds: Int = 5, arms: [SharingArm] = SharingArm.allCases, randomGroupings: Int = 3, device: Device = .cpu
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
        self.device = device
    }

    /// Trains whatever is not trained yet.
    ///
    /// - Parameters:
    ///   - progress: hears what is done next.
    ///   - shouldStop: asked after every step; a study that is stopped continues there.
    /// - Returns: nothing when it was stopped.
    /// - Throws: what training throws.
    public func run(progress: (String) -> Void = { _ in }, shouldStop: () -> Bool = { false }) throws -> Result? {
        let tasks = try suite.open(dataRoot: dataRoot, role: .train)
        let reference = try groups(of: .heterogeneity, tasks: tasks, firstStage: nil)
        let target = try parameters(reference.sharing, width: suite.model.width)
        var arms: [Result.Arm] = []
        for arm in SharingArm.allCases where arm == .heterogeneity || self.arms.contains(arm) {
            let sharing = try arm == .features ? reference : groups(of: arm, tasks: tasks, firstStage: nil)
            let width = try [.all, .none].contains(arm) ? width(sharing.sharing, target: target) : suite.model.width
            arms.append(
                Result.Arm(
                    arm: arm, width: width, parameters: try parameters(sharing.sharing, width: width), scores: [],
                    mean: 0, standardError: 0))
        }
        var trials = try trials(tasks: tasks, arms: arms.map(\.arm))
        for seed in 0..<UInt64(max(1, seeds)) {
            for index in arms.indices {
                let draws = arms[index].arm == .random ? randomGroupings : 1
                var scores: [Double] = []
                for draw in 0..<draws {
                    progress("seed \(seed), \(name(of: arms[index].arm, draw: draw)), width \(arms[index].width)")
                    guard
                        let score = try score(
                            arms[index].arm, draw: draw, width: arms[index].width, seed: suite.seed &+ seed,
                            tasks: tasks, shouldStop)
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
        return Result(
            suite: suite.name, groups: [reference.encoders.count, reference.crossmodal.count], arms: arms,
            groupings: trials, groupingSpread: GroupingSpread(trials.map(\.scores)),
            prediction: GroupingPrediction(trials))
    }

    /// The groupings that differ in nothing but who is in which group.
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

    private func score(
        _ arm: SharingArm, draw: Int, width: Int, seed: UInt64, tasks: [OpenedTask], _ shouldStop: () -> Bool
    ) throws -> Double? {
        var suite = suite
        suite.seed = seed
        suite.model.scale(toWidth: width)
        let own = RunDirectory("\(folder)/\(name(of: arm, draw: draw))-seed-\(seed)")
        if let result = own.result(of: .second) { return SuiteScore.value(result.tasks) ?? 0 }
        let base = RunDirectory("\(folder)/stage1-width-\(width)-seed-\(seed)")
        try Folder.make(folder)
        let first = try SuiteRun(suite: suite, dataRoot: dataRoot, run: base, device: device)
        guard case .finished = try first.train(shouldStop: shouldStop) else { return nil }
        if !own.exists {
            let part = own.path + ".part"
            try? FileManager.default.removeItem(atPath: part)
            try copy(base.path, to: part)
            try move(part, to: own.path)
        }
        let groups = try groups(of: arm, draw: draw, tasks: tasks, firstStage: base)
        try groups.write(to: own.groupsPath)
        let second = try SuiteRun(
            suite: suite, dataRoot: dataRoot, run: own, device: device, groups: groups.sharing)
        guard case .finished = try second.train(shouldStop: shouldStop) else { return nil }
        return SuiteScore.value(try second.evaluate(on: .test, stage: .second).tasks) ?? 0
    }

    private func groups(
        of arm: SharingArm, draw: Int = 0, tasks: [OpenedTask], firstStage: RunDirectory?
    ) throws -> SharingGroups {
        let streams = TransferEntry.streams(of: tasks).map(\.description)
        let pairs = TransferEntry.pairs(of: tasks).map(\.description)
        func clustered(_ matrices: (HeterogeneityMatrix?, HeterogeneityMatrix?)) throws -> SharingGroups {
            try SharingGroups(
                modalities: matrices.0, interactions: matrices.1, linkage: linkage,
                encoderCut: .groups(encoderGroups), crossmodalCut: .groups(crossmodalGroups))
        }
        switch arm {
        case .all:
            return SharingGroups(encoders: [streams], crossmodal: pairs.isEmpty ? [] : [pairs], method: arm.rawValue)
        case .none:
            return SharingGroups(encoders: streams.map { [$0] }, crossmodal: pairs.map { [$0] }, method: arm.rawValue)
        case .random:
            let model = try groups(of: .heterogeneity, tasks: tasks, firstStage: nil)
            var random = RandomSource(seed: suite.seed, purpose: "random groups/\(draw)")
            func dealt(_ groups: [[String]], _ names: [String]) -> [[String]] {
                var rest = names.shuffled(using: &random)[...]
                return groups.map { group in
                    defer { rest = rest.dropFirst(group.count) }
                    return Array(rest.prefix(group.count))
                }
            }
            return SharingGroups(
                encoders: dealt(model.encoders, streams), crossmodal: dealt(model.crossmodal, pairs),
                method: arm.rawValue)
        case .features:
            guard let firstStage else {
                return try groups(of: .heterogeneity, tasks: tasks, firstStage: nil)
            }
            let distances = try FeatureDistances(
                firstStage.bestModel(of: .first, device: device).model, tasks: tasks)
            return try clustered((distances.modalities, distances.interactions))
        case .heterogeneity: return try clustered((modalities, interactions))
        case .partition:
            func least(_ matrix: HeterogeneityMatrix?, _ groups: Int) throws -> [[String]] {
                try matrix.map { try LeastHeterogeneousGrouping(of: $0, groups: groups).grouping.groupNames } ?? []
            }
            return SharingGroups(
                encoders: try least(modalities, encoderGroups), crossmodal: try least(interactions, crossmodalGroups),
                method: arm.rawValue)
        case .affinity: return try clustered((try modalities?.byAffinity(), try interactions?.byAffinity()))
        }
    }

    /// The width, in steps of 4, at which a way of sharing comes nearest to a number of parameters.
    private func width(_ sharing: Sharing, target: Int) throws -> Int {
        var best = (width: 4, gap: Int.max)
        for width in stride(from: 4, through: 4 * suite.model.width, by: 4) {
            let count = try parameters(sharing, width: width)
            if abs(count - target) < best.gap { best = (width, abs(count - target)) }
            if count > target { break }
        }
        return best.width
    }

    private func parameters(_ sharing: Sharing, width: Int) throws -> Int {
        let every = try suite.open(dataRoot: dataRoot)
        var suite = suite
        suite.model.scale(toWidth: width)
        let shapes = SuiteModel.shapes(of: every, in: suite)
        let trained = SuiteModel.shapes(of: every.filter { $0.task.role == .train }, in: suite)
        return try HighMMTModel(
            SuiteModel.configuration(of: suite, tasks: shapes), tasks: trained, sharing: sharing
        ).parameters.count
    }

    private func copy(_ path: String, to target: String) throws {
        do {
            try FileManager.default.copyItem(atPath: path, toPath: target)
        } catch {
            throw FileError(path: target, reason: "cannot be copied: \(error.localizedDescription)")
        }
    }

    private func move(_ path: String, to target: String) throws {
        guard rename(path, target) == 0 else {
            throw FileError(path: target, reason: "cannot be put in place: \(String(cString: strerror(errno)))")
        }
    }
}
