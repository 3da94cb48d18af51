extension ReportedRun {
    /// The inference times in milliseconds per sample, from `speed.json`.
    struct Speed: Decodable {
        struct Stage: Decodable { var milliseconds: [String: Double] }
        var stages: [String: Stage]
    }

    /// The details of predictions, from `details.json`.
    struct Details: Decodable {
        struct Bin: Decodable { var count: Int, confidence, accuracy: Double }
        struct Task: Decodable {
            var classes: [String]?
            var confusion: [[Int]]?
            var reliability: [Bin]?
            var calibrationError: Double?
            var regression: [[Double]]?
            var modalities: [String: Double]?
            /// True positives, false positives and false negatives of each label.
            var labels: [[Int]]?
            /// Group → the scores of its members.
            var groups: [String: [ReportedMember]]?

            /// True if the numbers of rows and columns agree.
            var isWhole: Bool {
                let side = confusion?.count ?? 0
                return (confusion ?? []).allSatisfy { $0.count == side }
                    && (regression ?? []).allSatisfy { $0.count == 2 }
                    && (labels ?? []).allSatisfy { $0.count == 3 }
            }
        }
        var tasks: [String: Task]
    }

    /// The durations of epochs and the memory, from `timing.json`.
    struct Timing: Decodable {
        struct Stage: Decodable {
            var device: String
            var threads: Int
            var seconds: [String: Double]
            /// The largest resident memory in bytes.
            var peakMemory: Int?
        }
        var stages: [String: Stage]
    }
}

/// The scores on corrupted inputs, from `robustness.json`.
struct ReportedRobustness: Decodable {
    struct Curve: Decodable {
        var kind: String
        /// Task → the score at each severity.
        var tasks: [String: [Double?]]
        var score: [Double?]
        /// The tasks that keep their modalities.
        var untouched: [String]?
    }
    /// Task → its first metric.
    var metrics: [String: String]
    var severities: [Double]
    var curves: [Curve]

    /// True if every curve has a score for each severity.
    var isWhole: Bool {
        severities.count > 1 && severities.allSatisfy(\.isFinite)
            && curves.allSatisfy { curve in
                curve.score.count == severities.count
                    && curve.tasks.values.allSatisfy { $0.count == severities.count }
            }
    }
}

/// The scores without each modality, from `modality_costs.json`.
struct ReportedCosts: Decodable {
    struct Row: Decodable {
        var task: String
        var modality: String
        var metric: String
        var all, without, cost, only, chance: Double?
        var isOnlyModality: Bool
        var isIndispensable: Bool
    }
    var rows: [Row]
}

/// The score of one member of a group, from `details.json`.
struct ReportedMember: Decodable {
    var member: Int
    var name: String?
    var samples: Int
    var score: Double?

    /// The name of the member, else its number.
    var title: String { name ?? "\(member)" }
}
