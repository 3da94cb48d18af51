import Foundation
import Heterogeneity
import Training

/// The options for forming the groups of a run from its matrices.
public struct GroupChoice: Equatable, Sendable {
    /// The number of groups of streams; `nil` chooses the number with the best silhouette.
    public var encoderGroups: Int?
    /// The number of groups of pairs; `nil` chooses the number with the best silhouette.
    public var crossmodalGroups: Int?
    /// The linkage of the clustering; `nil` uses average linkage.
    public var linkage: Linkage?
    /// The part of the transfers that forms distances; `nil` uses the measured distances.
    public var basis: TransferBasis?

    /// Creates a choice. Without arguments, it keeps the existing groups of a run.
    public init(
        encoderGroups: Int? = nil, crossmodalGroups: Int? = nil, linkage: Linkage? = nil, basis: TransferBasis? = nil
    ) {
        self.encoderGroups = encoderGroups
        self.crossmodalGroups = crossmodalGroups
        self.linkage = linkage
        self.basis = basis
    }

    /// Keeps newly formed groups in `groups.json` of a run.
    ///
    /// A stage 2 of other groups makes its `StageTraining` throw; so create that first.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func keep(_ groups: SharingGroups, in run: RunDirectory) throws {
        if !keepsGroups(of: run) { try groups.write(to: run.groupsPath) }
    }

    private func keepsGroups(of run: RunDirectory) -> Bool {
        self == GroupChoice() && FileManager.default.fileExists(atPath: run.groupsPath)
    }

    /// Returns the groups of a run and leaves the run as it is.
    ///
    /// An empty choice reads `groups.json` if it exists. Otherwise the groups are formed from the
    /// matrices.
    ///
    /// - Throws: `RunError` when there are neither groups nor matrices; `MatrixError` when groups
    ///   cannot be formed; `FileError` or `MatrixError` that names the file when one cannot be
    ///   read.
    public func groups(from run: RunDirectory) throws -> SharingGroups {
        if keepsGroups(of: run) { return try SharingGroups(file: run.groupsPath) }
        let folder = HeterogeneityFolder(run: run.path)
        let (modalities, interactions) = (try folder.matrix(.modalities), try folder.matrix(.interactions))
        guard modalities != nil || interactions != nil else {
            throw RunError(
                "\(run.path): has neither groups.json nor matrices; measure them with: highmmt heterogeneity SUITE --run "
                    + run.path)
        }
        return try SharingGroups(
            modalities: modalities, interactions: interactions, linkage: linkage ?? .average,
            basis: basis ?? .measured, encoderCut: encoderGroups.map { .groups($0) },
            crossmodalCut: crossmodalGroups.map { .groups($0) })
    }
}
