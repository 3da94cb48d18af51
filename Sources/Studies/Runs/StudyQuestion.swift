import Files
import Foundation
import Heterogeneity
import Multimodal
import Training

/// The question of a study, apart from what the names of its runs tell: seeds, arms and sizes.
///
/// `study.yaml` and `grouping.json` in the folder of a study keep it, so that a finished run is
/// never the answer to another question.
struct StudyQuestion {
    /// The measurements from which a study forms groups or chooses pairs, and the options of that.
    struct Grouping: Codable, Equatable {
        /// The checksum of the distances between streams; `nil` without.
        var streams: String?
        /// The checksum of the distances between pairs; `nil` without.
        var pairs: String?
        /// The number of groups of streams; `nil` if the names of runs tell it.
        var encoderGroups: Int?
        /// The number of groups of pairs; `nil` if the names of runs tell it.
        var crossmodalGroups: Int?
        /// The linkage for clustering; `nil` for the default.
        var linkage: Linkage?
        /// True when models have their groups from the start; `nil` if they have none.
        var fromStart: Bool?

        /// Describes the measurements.
        init(_ matrices: MeasuredMatrices) {
            streams = matrices.modalities.map(Self.checksum)
            pairs = matrices.interactions.map(Self.checksum)
        }

        /// Describes the groups of a study in which every arm has as many.
        init(_ grouping: HeterogeneityGrouping, fromStart: Bool? = nil) {
            self.init(grouping.matrices)
            encoderGroups = grouping.encoderGroups
            crossmodalGroups = grouping.crossmodalGroups
            linkage = grouping.linkage
            self.fromStart = fromStart
        }

        private static func checksum(_ matrix: HeterogeneityMatrix) -> String {
            Array(matrix.csv.utf8).withUnsafeBytes { Checksum($0).text }
        }
    }

    /// The suite with its overrides.
    let suite: Suite
    /// The grouping; `nil` in a study without.
    let grouping: Grouping?

    /// Writes the question into the folder of a study, or checks that the one in there is the same.
    ///
    /// - Throws: `RunError` that names the difference; `FileError` or `ConfigurationError` when a
    ///   file cannot be read or written.
    func settle(in folder: String) throws {
        let path = "\(folder)/study.yaml"
        let known = FileManager.default.fileExists(atPath: path) ? try Suite(ofRun: path) : nil
        if known == nil, let run = try finishedRun(in: folder) {
            throw RunError(
                "\(folder): contains \(run), a run of a study that kept no study.yaml, so of unknown settings; choose another "
                    + "folder with --run")
        }
        try check(known.map(text), text(suite), in: folder)
        let groupingPath = "\(folder)/grouping.json"
        if let grouping {
            let known =
                FileManager.default.fileExists(atPath: groupingPath)
                ? try JSONFile.read(Grouping.self, from: groupingPath, content: "the grouping of a study") : nil
            try check(known.map(SettingsText.init), SettingsText(grouping), in: folder)
            if known == nil { try JSONFile.write(grouping, to: groupingPath) }
        }
        if known == nil { try AtomicFile.write(Array(suite.yaml().utf8), to: path) }
    }

    /// Returns the name of a finished run; `nil` if there is none.
    private func finishedRun(in folder: String) throws -> String? {
        try Folder.names(in: folder).first { name in
            ["result.json", "stage2/result.json"].contains {
                FileManager.default.fileExists(atPath: "\(folder)/\(name)/\($0)")
            }
        }
    }

    /// The suite without the folders of its datasets, which may move.
    private func text(_ suite: Suite) throws -> SettingsText {
        var suite = suite
        for name in suite.datasets.keys { suite.datasets[name]?.path = name }
        return try SettingsText(suite)
    }

    private func check(_ known: SettingsText?, _ now: SettingsText, in folder: String) throws {
        guard let difference = known?.difference(from: now) else { return }
        throw RunError(
            "\(folder): contains a study of other settings: '\(difference.own)' there, '\(difference.other)' now; choose "
                + "another folder with --run")
    }
}
