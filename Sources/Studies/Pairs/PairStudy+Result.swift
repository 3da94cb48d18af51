import Multimodal

extension PairStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// A way to choose with a number of pairs.
        public struct Arm: Codable, Sendable {
            /// The way; `nil` for the model of all pairs.
            public var choice: PairChoice?
            /// The share of the pairs that was asked for.
            public var share: Double
            /// The number of pairs that the model fuses.
            public var pairs: Int
            /// The suite score. The random choices of a seed count as one, by their mean.
            public var score: SeedMean
            /// The score minus that of random pairs, paired by seed. `nil` for those and for all
            /// pairs.
            public var ahead: PairedTest?
            /// The score minus that of all pairs, paired by seed. `nil` for all pairs.
            public var change: PairedTest?
            /// The milliseconds of inference per sample, averaged over tasks.
            public var inferenceMilliseconds: SeedMean?
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
        /// The number of all pairs.
        public var pairs: Int
        /// The number of random choices of each seed.
        public var draws: Int
        /// All pairs first, then the ways to choose, by share.
        public var arms: [Arm]

        /// The arms as rows.
        public var table: StudyTable {
            let numbers = StudyTable.number
            return StudyTable(
                header: [
                    "choice", "share", "pairs", "score", "score_se", "ahead_of_random", "ahead_se", "ahead_p", "change",
                    "change_se", "change_p", "inference_ms", "inference_ms_se",
                ],
                rows: arms.map { arm in
                    [
                        arm.choice?.rawValue ?? "all", "\(arm.share)", "\(arm.pairs)", numbers(arm.score.mean),
                        numbers(arm.score.standardError), numbers(arm.ahead?.difference),
                        numbers(arm.ahead?.standardError), numbers(arm.ahead?.p), numbers(arm.change?.difference),
                        numbers(arm.change?.standardError), numbers(arm.change?.p),
                        numbers(arm.inferenceMilliseconds?.mean), numbers(arm.inferenceMilliseconds?.standardError),
                    ]
                })
        }
    }
}
