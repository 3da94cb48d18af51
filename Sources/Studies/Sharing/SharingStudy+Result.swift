import Multimodal

extension SharingStudy {
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
            /// The suite's score, one per seed (see `SuiteScore`).
            public var scores: [Double]
            /// The mean of the scores.
            public var mean: Double
            /// The standard error of the mean; `nil` with one seed.
            public var standardError: Double?
            /// The scores of the heterogeneity arm minus those of this arm, paired by seed. `nil`
            /// for the heterogeneity arm itself.
            public var heterogeneityAhead: PairedTest?
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
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
