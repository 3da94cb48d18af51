import Files
import Foundation

/// The parts of a run's files that a report needs. Files that do not exist yet are skipped.
struct ReportedRun {
    /// The scores of one stage, from `result.json`.
    struct Scores: Decodable {
        struct Task: Decodable {
            struct Values: Decodable {
                var samples: Int
                /// Undefined metrics have no value.
                var metrics: [String: Double?]
            }
            var scores: Values
            var metrics: [String]
            var chance: [String: Double]
        }
        var suite: String
        var seed: UInt64
        var split: String
        var parameters: Int
        var score: Double?
        var tasks: [String: Task]
        var notes: [String]?
        var version: String
        var libtorch: String
    }

    /// One epoch, from a line of `metrics.jsonl`.
    struct Epoch: Decodable {
        struct Validation: Decodable { var loss: Double }
        var epoch: Int
        var stage: String
        var isBest: Bool?
        var trainingLoss: [String: Double]
        var validation: [String: Validation]
    }

    /// A heterogeneity matrix, from `heterogeneity/modalities.json` or `interactions.json`.
    struct Matrix: Decodable {
        var names: [String]
        var values: [[Double]]
        var standardErrors: [[Double]]?
        var transfers: [[Double?]]?
        var transferStandardErrors: [[Double?]]?
        var imputed: [[Int]]?
        var explained: [Double]?
        var explainedStandardErrors: [Double]?
        /// The names of the entries whose predictors explain nothing.
        var unknown: [String]?

        /// True if all matrices have one row and one column per name.
        var isSquare: Bool {
            func fits<Value>(_ rows: [[Value]]?) -> Bool {
                rows.map { $0.count == names.count && $0.allSatisfy { $0.count == names.count } } ?? true
            }
            let shares = [explained, explainedStandardErrors].compactMap(\.self)
            return shares.allSatisfy { $0.count == names.count } && fits(values) && fits(standardErrors)
                && fits(transfers) && fits(transferStandardErrors)
        }
    }

    /// The diagnosis of a pair, from `heterogeneity/pairs.json`.
    struct Pair: Decodable {
        struct Parts: Decodable { var redundant, uniqueFirst, uniqueSecond, synergistic: Double }
        var pair: String
        var first, second, both, gain, gainStandardError: Double
        var decomposition: Parts?
    }

    /// The groups of entries that share parameters, from `groups.json`.
    struct Groups: Decodable {
        var encoders: [[String]]
        var crossmodal: [[String]]
        var keptPairs: [String]?
        /// The names of the entries that were not clustered.
        var unknown: [String]?
        var method: String
        var encoderTree: Tree?
        var crossmodalTree: Tree?
    }

    /// A dendrogram. Clusters `0..<n` are the entries; cluster n + s is the result of merge s.
    struct Tree: Decodable {
        struct Merge: Decodable {
            var first, second: Int
            var height: Double
        }
        var names: [String]
        var merges: [Merge]

        /// True if each merge joins two existing clusters not merged before, and all entries end up
        /// in one cluster.
        var isWhole: Bool {
            var free = Set(names.indices)
            for (step, merge) in merges.enumerated() {
                guard free.remove(merge.first) != nil, free.remove(merge.second) != nil, merge.height.isFinite else {
                    return false
                }
                free.insert(names.count + step)
            }
            return free.count == 1
        }
    }

    /// The stages in order, with their names in the report and the paths of their scores.
    static let stages = [
        (name: "stage1", file: "result.json"), (name: "stage2", file: "stage2/result.json"),
        (name: "pruned", file: "pruned/result.json"),
    ]

    var scores: [(stage: String, scores: Scores)] = []
    var epochs: [Epoch] = []
    var matrices: [(kind: String, matrix: Matrix)] = []
    var pairs: [Pair] = []
    var groups: Groups?
    var pruned: Groups?
    var speed: Speed?
    var timing: Timing?
    var model: ReportedModel?
    /// The details of the last stage with scores, without the pruned model.
    var details: Details?
    /// The scores of the same stage on corrupted inputs and without modalities.
    var robustness: ReportedRobustness?
    var costs: ReportedCosts?
    /// The commands that made the run.
    var commands: [String] = []
    /// The resolved suite; `nil` if the folder has none.
    var configuration: String?
    /// Dataset → file → checksum.
    var checksums: [String: [String: String]] = [:]

    /// The scores of the stage that represents the run; `nil` before it is scored.
    var representative: (stage: String, scores: Scores)? { scores.last { $0.stage != "pruned" } }

    /// The streams of each encoder: by the groups of stage 2, else by those of stage 1; `nil` for a
    /// prior method, which has no shared encoders.
    var encoderGroups: [[String]]? {
        if let groups { return groups.encoders }
        guard model?.networks == nil else { return nil }
        let streams = (model?.tasks ?? []).flatMap { task in task.modalities.map { "\(task.name)/\($0.name)" } }
        return Dictionary(grouping: streams) { model?.sharing.encoders[$0] ?? 0 }
            .sorted { $0.key < $1.key }.map(\.value)
    }

    /// Reads the files of a run's folder.
    ///
    /// - Throws: ``ReportError``, naming the file, for a file that cannot be read or is invalid,
    ///   and for a folder with nothing to report; `FileError` when scores are damaged.
    init(path: String) throws {
        scores = try Self.scores(path: path)
        if let data = try Folder.contents(ofFile: "\(path)/metrics.jsonl") {
            epochs = try data.split(separator: UInt8(ascii: "\n")).enumerated().map { line in
                let place = "\(path)/metrics.jsonl, line \(line.offset + 1)"
                try JSONFile.checkChecksum(line.element, path: place, advice: "restore the file, or delete the line")
                return try Self.decode(Epoch.self, Data(line.element), place)
            }
        }
        for kind in ["modalities", "interactions"] {
            let file = "\(path)/heterogeneity/\(kind).json"
            guard let matrix = try Self.read(Matrix.self, file) else { continue }
            guard matrix.isSquare else {
                throw ReportError("\(file): expected square matrices of \(matrix.names.count) rows, one per name")
            }
            matrices.append((kind, matrix))
        }
        pairs = try Self.read([Pair].self, "\(path)/heterogeneity/pairs.json") ?? []
        groups = try Self.read(Groups.self, "\(path)/groups.json")
        guard [groups?.encoderTree, groups?.crossmodalTree].allSatisfy({ $0?.isWhole ?? true }) else {
            throw ReportError("\(path)/groups.json: expected dendrograms that merge every entry exactly once")
        }
        pruned = try Self.read(Groups.self, "\(path)/pruned/groups.json")
        speed = try Self.read(Speed.self, "\(path)/speed.json")
        timing = try Self.read(Timing.self, "\(path)/timing.json")
        let folder = representative.map { $0.stage == "stage1" ? path : "\(path)/\($0.stage)" } ?? path
        model = try Self.read(ReportedModel.self, "\(folder)/model.json")
        details = try Self.read(Details.self, "\(folder)/details.json")
        guard details?.tasks.values.allSatisfy(\.isWhole) ?? true else {
            throw ReportError("\(folder)/details.json: expected square confusion matrices and pairs of numbers")
        }
        robustness = try Self.read(ReportedRobustness.self, "\(folder)/robustness.json")
        guard robustness?.isWhole ?? true else {
            throw ReportError("\(folder)/robustness.json: expected a score for each severity in every curve")
        }
        costs = try Self.read(ReportedCosts.self, "\(folder)/modality_costs.json")
        try readOrigin(path)
        guard !scores.isEmpty || !matrices.isEmpty || !epochs.isEmpty else {
            throw ReportError(
                "\(path): nothing to report; expected a folder written by highmmt train or highmmt run")
        }
    }

    /// Reads the files that say how the run was made.
    private mutating func readOrigin(_ path: String) throws {
        func text(_ file: String) throws -> String? {
            try Folder.contents(ofFile: "\(path)/\(file)").map { String(decoding: $0, as: UTF8.self) }
        }
        commands = try text("commands.txt")?.split(separator: "\n").map(String.init) ?? []
        configuration = try text("suite.yaml")
        struct Checksums: Decodable { var datasets: [String: [String: String]] }
        checksums = try Self.read(Checksums.self, "\(path)/checksums.json")?.datasets ?? [:]
    }

    /// Returns the scores of all stages that a run has.
    ///
    /// - Throws: ``ReportError``, naming the file, for one that is invalid.
    static func scores(path: String) throws -> [(stage: String, scores: Scores)] {
        try stages.compactMap { stage in
            try read(Scores.self, "\(path)/\(stage.file)").map { (stage.name, $0) }
        }
    }

    /// Reads a file that must exist.
    ///
    /// - Throws: ``ReportError``, naming the file, for one that is missing or invalid.
    static func require<Value: Decodable>(_ type: Value.Type, _ file: String) throws -> Value {
        guard let value = try read(type, file) else { throw ReportError("\(file): cannot be read") }
        return value
    }

    /// Reads a file; `nil` if it does not exist.
    ///
    /// - Throws: ``ReportError``, naming the file, for one that is invalid.
    static func read<Value: Decodable>(_ type: Value.Type, _ file: String) throws -> Value? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ReportError("\(file): cannot be read")
        }
        let value = try decode(type, data, file)
        try JSONFile.checkChecksum(data, path: file, advice: "delete the file and write it again with highmmt")
        return value
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, _ data: Data, _ place: String) throws -> Value {
        do { return try JSONFile.decode(type, from: data) } catch {
            throw ReportError("\(place): not in the expected format; delete the file and write it again with highmmt")
        }
    }
}
