import Foundation
import Heterogeneity
import Training

/// How the matrices of a run become its groups.
public struct GroupChoice: Equatable, Sendable {
    /// Groups of streams; the number with the best silhouette when nothing is given.
    public var encoderGroups: Int?
    /// Groups of pairs; the number with the best silhouette when nothing is given.
    public var crossmodalGroups: Int?
    /// Distance of two groups; average when nothing is given.
    public var linkage: Linkage?
    /// What of transfers counts; distances as measured when nothing is given.
    public var basis: TransferBasis?

    /// A choice with nothing said takes the groups that are there.
    public init(
        encoderGroups: Int? = nil, crossmodalGroups: Int? = nil, linkage: Linkage? = nil, basis: TransferBasis? = nil
    ) {
        self.encoderGroups = encoderGroups
        self.crossmodalGroups = crossmodalGroups
        self.linkage = linkage
        self.basis = basis
    }

    /// The groups of a run: those of `groups.json`, unless something is asked for or there is none; then they are made from the
    /// matrices and written there.
    ///
    /// - Throws: `RunError` when there are neither groups nor matrices; `MatrixError` when groups cannot be made; an error that
    ///   names the file when one cannot be read or written.
    public func groups(of run: RunDirectory) throws -> SharingGroups {
        if FileManager.default.fileExists(atPath: run.groupsPath), self == GroupChoice() {
            return try SharingGroups(file: run.groupsPath)
        }
        let folder = HeterogeneityFolder(run: run.path)
        let (modalities, interactions) = (try folder.matrix(.modalities), try folder.matrix(.interactions))
        guard modalities != nil || interactions != nil else {
            throw RunError(
                "\(run.path): has neither groups.json nor matrices; measure them with: highmmt heterogeneity SUITE --run "
                    + run.path)
        }
        let groups = try SharingGroups(
            modalities: modalities, interactions: interactions, linkage: linkage ?? .average,
            basis: basis ?? .measured, encoderCut: encoderGroups.map { .groups($0) },
            crossmodalCut: crossmodalGroups.map { .groups($0) })
        try groups.write(to: run.groupsPath)
        return groups
    }
}
