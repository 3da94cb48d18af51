import Files
import Foundation
import HighMMT
import Torch

/// Groups of streams that share an encoder and groups of pairs that share a crossmodal block, by
/// name.
///
/// A run stores them as `groups.json`.
public struct SharingGroups: Codable, Equatable, Sendable {
    /// The groups of streams `task/modality`.
    public var encoders: [[String]]
    /// The groups of pairs `task/first+second`, including pruned ones; empty if no task has two
    /// modalities.
    public var crossmodal: [[String]]
    /// The pairs that the model keeps after pruning; `nil` keeps every pair.
    public var keptPairs: [String]?
    /// The streams and pairs whose predictors explain nothing. They were not clustered, and share a
    /// group of their own. `nil` if there are none.
    public var unknown: [String]?
    /// A description of the method that found the groups.
    public var method: String
    /// The dendrogram cut into groups of streams; `nil` if the groups do not come from clustering.
    public var encoderTree: Dendrogram?
    /// The dendrogram cut into groups of pairs; `nil` if the groups do not come from clustering.
    public var crossmodalTree: Dendrogram?

    /// Creates groups without dendrograms.
    ///
    /// - Parameters:
    ///   - encoders: Groups of streams `task/modality`.
    ///   - crossmodal: Groups of pairs `task/first+second`.
    ///   - method: A description of the method that found them.
    public init(encoders: [[String]], crossmodal: [[String]], method: String) {
        self.encoders = encoders
        self.crossmodal = crossmodal
        self.method = method
    }

    /// Creates groups by cutting the dendrograms of both matrices.
    ///
    /// Entries whose predictors explain nothing are not clustered; they share a group of their own,
    /// which counts towards a number of groups.
    ///
    /// - Parameters:
    ///   - modalities: Modality heterogeneity; `nil` gives no groups of streams, so that all share
    ///     one encoder.
    ///   - interactions: Interaction heterogeneity; `nil` gives no groups of pairs, so that all
    ///     share one crossmodal block.
    ///   - linkage: The linkage of both clusterings.
    ///   - basis: The part of the transfers that groups are based on.
    ///   - encoderCut: The cut into groups of streams; `nil` selects the number of groups with the
    ///     best mean silhouette.
    ///   - crossmodalCut: The cut into groups of pairs; `nil` as for `encoderCut`.
    /// - Throws: ``MatrixError`` if a cut is impossible, or if required transfers are unknown.
    public init(
        modalities: HeterogeneityMatrix?, interactions: HeterogeneityMatrix?, linkage: Linkage,
        basis: TransferBasis = .measured, encoderCut: GroupingCut? = nil, crossmodalCut: GroupingCut? = nil
    ) throws {
        func groups(_ matrix: HeterogeneityMatrix?, _ cut: GroupingCut?) throws -> KnownGroups? {
            try matrix.map { try KnownGroups(of: $0, basis: basis, linkage: linkage, cut: cut) }
        }
        let (streams, pairs) = (try groups(modalities, encoderCut), try groups(interactions, crossmodalCut))
        self.init(
            encoders: streams?.groups ?? [], crossmodal: pairs?.groups ?? [],
            method: "heterogeneity, \(linkage.rawValue) linkage"
                + (basis == .measured ? "" : ", \(basis.rawValue) transfers"))
        (encoderTree, crossmodalTree) = (streams?.tree, pairs?.tree)
        let unknown = (modalities?.unknown ?? []) + (interactions?.unknown ?? [])
        self.unknown = unknown.isEmpty ? nil : unknown
    }

    /// Reads `groups.json`.
    ///
    /// - Throws: `FileError`, naming the file, when it cannot be read or holds something else.
    public init(file: String) throws {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw FileError(path: file, reason: "cannot be read")
        }
        do {
            self = try JSONFile.decode(SharingGroups.self, from: data)
        } catch {
            throw FileError(
                path: file,
                reason: FileSignature.mismatchOfText(data, expected: "the groups of a run")
                    ?? "is not the groups of a run: \(error.oneLine)")
        }
        try JSONFile.checkChecksum(data, path: file, advice: Self.advice)
    }

    /// Writes `groups.json`.
    ///
    /// - Throws: `FileError` when it cannot be written.
    public func write(to file: String) throws {
        try JSONFile.writeChecked(self, to: file)
    }

    private static let advice =
        "restore it, or delete it to form the groups again; if it was edited on purpose, delete its key checksum"

    /// The groups in the form the model takes: a group number from 0 for each stream and kept pair.
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
