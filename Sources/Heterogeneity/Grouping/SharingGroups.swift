import Files
import Foundation
import HighMMT
import Torch

/// Which streams share an encoder and which pairs share a crossmodal block, by name: `groups.json` of a run.
public struct SharingGroups: Codable, Equatable, Sendable {
    /// Groups of streams `task/modality`.
    public var encoders: [[String]]
    /// Groups of pairs `task/first+second`, those that do not meet included; empty where no task has two modalities.
    public var crossmodal: [[String]]
    /// The pairs that meet at all; every pair when nothing is given.
    public var keptPairs: [String]?
    /// How they were found.
    public var method: String
    /// The tree that was cut into groups of streams; nothing where groups were not made by clustering.
    public var encoderTree: Dendrogram?
    /// The tree that was cut into groups of pairs.
    public var crossmodalTree: Dendrogram?

    /// Names all parts.
    public init(encoders: [[String]], crossmodal: [[String]], method: String) {
        self.encoders = encoders
        self.crossmodal = crossmodal
        self.method = method
    }

    /// Cuts the dendrograms of both matrices; a matrix that is not there leaves one group.
    ///
    /// - Parameters:
    ///   - reading: what of the transfers counts.
    ///   - encoderCut: where to cut; the number of groups with the best silhouette when nothing is given.
    /// - Throws: ``MatrixError`` when a cut cannot be made, or the transfers that are needed are not known.
    public init(
        modalities: HeterogeneityMatrix?, interactions: HeterogeneityMatrix?, linkage: Linkage,
        reading: TransferReading = .measured,
        encoderCut: GroupingCut? = nil, crossmodalCut: GroupingCut? = nil
    ) throws {
        func groups(_ matrix: HeterogeneityMatrix?, _ cut: GroupingCut?) throws -> (
            names: [[String]], tree: Dendrogram?
        ) {
            guard let measured = matrix else { return ([], nil) }
            let matrix = try measured.read(as: reading)
            let tree = Dendrogram(of: matrix, linkage: linkage)
            return (try tree.grouping(cut ?? .groups(tree.bestSilhouetteGroupCount(in: matrix))).groupNames, tree)
        }
        let (streams, pairs) = (try groups(modalities, encoderCut), try groups(interactions, crossmodalCut))
        self.init(
            encoders: streams.names, crossmodal: pairs.names,
            method: "heterogeneity, \(linkage.rawValue) linkage"
                + (reading == .measured ? "" : ", \(reading.rawValue) transfers"))
        (encoderTree, crossmodalTree) = (streams.tree, pairs.tree)
    }

    /// Reads `groups.json`.
    ///
    /// - Throws: `FileError` that names the file.
    public init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw FileError(path: file, reason: "cannot be read")
        }
        do {
            self = try JSONFile.decode(SharingGroups.self, from: data)
        } catch {
            throw FileError(path: file, reason: "expected the keys encoders, crossmodal and method")
        }
    }

    /// Writes `groups.json`.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to file: String) throws {
        try JSONFile.write(self, to: file)
    }

    /// The groups as the model takes them: numbered from 0 in order.
    public var sharing: Sharing {
        let kept = keptPairs.map(Set.init)
        func numbered(_ groups: [[String]]) -> [String: Int] {
            groups.filter { !$0.isEmpty }.enumerated().reduce(into: [:]) { numbers, group in
                for name in group.element { numbers[name] = group.offset }
            }
        }
        return Sharing(
            encoders: numbered(encoders),
            crossmodal: numbered(crossmodal.map { $0.filter { kept?.contains($0) ?? true } }))
    }
}
