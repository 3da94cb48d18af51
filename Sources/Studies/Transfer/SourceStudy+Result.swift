import Multimodal

extension SourceStudy {
    /// The result of the study.
    public struct Result: Codable, Sendable {
        /// One task after one source.
        public struct Cell: Codable, Sendable {
            /// The new task.
            public var task: String
            /// The only source task.
            public var source: String
            /// The share of the training labels.
            public var labels: Double
            /// The loss that the source as a start costs the streams of the task, by measured
            /// transfers, in the units of the matrix.
            public var transfer: Double
            /// The score minus that from scratch, as a share between chance and perfection, paired
            /// by seed. Positive when the source helps.
            public var gain: PairedTest
        }

        /// A way to choose the source, over all tasks.
        public struct Chosen: Codable, Sendable {
            /// The way.
            public var choice: SourceChoice
            /// The share of the training labels.
            public var labels: Double
            /// Task → the chosen source, or the most frequent one where seeds differ.
            public var sources: [String: String]
            /// The gain of the chosen source over training from scratch, averaged over tasks.
            public var gain: SeedMean
            /// That gain minus the mean gain of the other sources, paired by seed.
            public var ahead: PairedTest
        }

        /// The name of the suite.
        public var suite: String
        /// The split of the scores.
        public var split: Split
        /// The cells, by share of the labels, task and source.
        public var cells: [Cell]
        /// The ways to choose.
        public var choices: [Chosen]
        /// Share of the labels → the Spearman correlation of transfer and mean gain over the
        /// sources of a task, averaged over tasks with three or more. It is negative when
        /// heterogeneity predicts the gain.
        public var correlations: [String: Double]
    }
}

extension SourceStudy.Result {
    /// The cells as rows, then the ways to choose.
    public var table: StudyTable {
        let numbers = StudyTable.number
        return StudyTable(
            header: ["task", "source", "labels", "transfer", "gain", "gain_se", "gain_p"],
            rows: cells.map { cell in
                [
                    cell.task, cell.source, "\(cell.labels)", numbers(cell.transfer), numbers(cell.gain.difference),
                    numbers(cell.gain.standardError), numbers(cell.gain.p),
                ]
            })
    }

    /// The ways to choose as rows.
    public var choiceTable: StudyTable {
        let numbers = StudyTable.number
        return StudyTable(
            header: ["choice", "labels", "sources", "gain", "gain_se", "ahead", "ahead_se", "ahead_p"],
            rows: choices.map { chosen in
                [
                    chosen.choice.rawValue, "\(chosen.labels)",
                    chosen.sources.sorted { $0.key < $1.key }.map { "\($0.key)<-\($0.value)" }.joined(separator: " "),
                    numbers(chosen.gain.mean), numbers(chosen.gain.standardError), numbers(chosen.ahead.difference),
                    numbers(chosen.ahead.standardError), numbers(chosen.ahead.p),
                ]
            })
    }
}
