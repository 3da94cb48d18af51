import Files
import Method
import Multimodal
import Training

/// A comparison of the arms of a transfer, with parts of the labels and from several seeds.
public struct TransferComparison {
    /// The result of the comparison.
    public struct Result: Codable, Sendable {
        /// One arm with one share of the labels.
        public struct Cell: Codable, Sendable {
            /// The arm.
            public var arm: TransferArm
            /// The share of the training labels.
            public var labels: Double
            /// Task → the number of training rows whose labels are used.
            public var rows: [String: Int]
            /// The number of parameters of the model.
            public var parameters: Int
            /// The scores of all seeds.
            public var summary: SeedSummary
            /// The suite scores of this arm minus those of the arm from scratch, paired by seed.
            /// `nil` for that arm itself, without it, or without suite scores.
            public var aheadOfScratch: PairedTest?
        }

        /// The name of the suite.
        public var suite: String
        /// The folder of the source.
        public var source: String
        /// The split of the scores.
        public var split: Split
        /// The arms with all shares of the labels.
        public var cells: [Cell]
    }

    /// The transfer.
    public var transfer: TaskTransfer
    /// The folder of the source, for the result.
    public var source: String
    /// The arms to compare.
    public var arms: [TransferArm]
    /// The shares of the training labels.
    public var labels: [Double]
    /// The number of seeds. The first one is that of the suite.
    public var seeds: Int
    /// The folder of the runs. An interrupted comparison continues from the runs in it.
    public var folder: String
    /// False to score the validation splits and leave the test splits unread.
    public var usesTest: Bool

    /// Creates a comparison from its parts.
    public init(
        _ transfer: TaskTransfer, source: String, arms: [TransferArm], labels: [Double], seeds: Int, folder: String,
        usesTest: Bool = true
    ) {
        self.transfer = transfer
        self.source = source
        self.arms = arms
        self.labels = labels
        self.seeds = seeds
        self.folder = folder
        self.usesTest = usesTest
    }

    /// Trains the missing runs and compares the arms.
    ///
    /// Shares that select the same rows of every task are trained once, as the smallest of them.
    ///
    /// - Parameters:
    ///   - saying: Receives a line about each run.
    ///   - observer: Receives the events of the trainings.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: `Interruption` when `shouldStop` returned true; the errors of
    ///   `TaskTransfer.perform`.
    public func run(
        saying: (String) -> Void = { _ in }, observer: @escaping MethodObserver = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> Result {
        try Folder.make(folder)
        var results: [String: [RunResult]] = [:]
        let shares = try distinctShares(saying)
        for seed in transfer.suite.seeds(seeds) {
            for share in shares.map(\.labels) {
                for arm in arms {
                    let run = run(arm, share, seed)
                    saying("\(arm.rawValue), \(Self.percent(share)) of the labels, seed \(seed)")
                    results["\(arm.rawValue) \(share)", default: []].append(
                        try transfer.perform(
                            arm, labels: share, seed: seed, in: run, usesTest: usesTest, observer: observer,
                            shouldStop: shouldStop))
                }
            }
        }
        let cells = try shares.flatMap { share, rows in
            try arms.map { arm in
                let own = results["\(arm.rawValue) \(share)"] ?? []
                let scratch = results["\(TransferArm.fromScratch.rawValue) \(share)"] ?? []
                let scores = (own.compactMap(\.score), scratch.compactMap(\.score))
                let isComparable = arm != .fromScratch && scores.0.count == seeds && scores.1.count == seeds
                return Result.Cell(
                    arm: arm, labels: share, rows: rows, parameters: own.first?.parameters ?? 0,
                    summary: try SeedSummary(own), aheadOfScratch: isComparable ? PairedTest(scores.0, scores.1) : nil)
            }
        }
        return Result(
            suite: transfer.suite.name, source: source, split: usesTest ? .test : .valid, cells: cells)
    }

    /// Returns the folder of a run.
    public func run(_ arm: TransferArm, _ labels: Double, _ seed: UInt64) -> RunDirectory {
        RunDirectory("\(folder)/\(arm.rawValue)-labels-\(Self.percent(labels, unit: ""))-seed-\(seed)")
    }

    private func distinctShares(_ saying: (String) -> Void) throws -> [(labels: Double, rows: [String: Int])] {
        var kept: [(labels: Double, rows: [String: Int])] = []
        for share in Set(labels).sorted() {
            let rows = try transfer.rows(labels: share, seed: transfer.suite.seed)
            if let same = kept.first(where: { $0.rows == rows }) {
                saying(
                    "\(Self.percent(share)) of the labels are the same rows as \(Self.percent(same.labels)); trained once"
                )
            } else {
                kept.append((share, rows))
            }
        }
        return kept
    }

    /// Returns a share as a percentage without needless decimals.
    static func percent(_ share: Double, unit: String = " %") -> String {
        let text = "\((share * 1e6).rounded() / 1e4)"
        return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + unit
    }
}
