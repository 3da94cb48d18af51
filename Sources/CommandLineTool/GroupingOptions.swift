import ArgumentParser
import Foundation
import Heterogeneity
import Training

/// How the matrices of a run become its groups.
struct GroupingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Groups of streams. (default: the number with the best silhouette)", valueName: "n"))
    var encoderGroups: Int?

    @Option(help: ArgumentHelp("Groups of pairs. (default: the number with the best silhouette)", valueName: "n"))
    var crossmodalGroups: Int?

    @Option(help: "Distance of two groups: single, complete, average or ward. (default: average)")
    var linkage: Linkage?

    @Option(help: ArgumentHelp(TransferReading.help))
    var transfers: TransferReading?

    /// The groups of a run: those of `groups.json`, unless something is asked for or there is none; then they are made from the
    /// matrices and written there.
    func groups(of run: RunDirectory) throws -> SharingGroups {
        let isKnown = FileManager.default.fileExists(atPath: run.groupsPath)
        if isKnown, encoderGroups == nil, crossmodalGroups == nil, linkage == nil, transfers == nil {
            return try SharingGroups(file: run.groupsPath)
        }
        let folder = HeterogeneityFolder(run: run.path)
        func matrix(_ kind: HeterogeneityKind) throws -> HeterogeneityMatrix? {
            let path = folder.matrixPath(kind)
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            return try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: path))
        }
        let (modalities, interactions) = (try matrix(.modalities), try matrix(.interactions))
        guard modalities != nil || interactions != nil else {
            throw RunError(
                "\(run.path): has neither groups.json nor matrices; measure them with: highmmt heterogeneity SUITE --run "
                    + run.path)
        }
        let groups = try SharingGroups(
            modalities: modalities, interactions: interactions, linkage: linkage ?? .average,
            reading: transfers ?? .measured,
            encoderCut: encoderGroups.map { .groups($0) }, crossmodalCut: crossmodalGroups.map { .groups($0) })
        try groups.write(to: run.groupsPath)
        return groups
    }
}

extension SharingGroups {
    /// A line for every group.
    var text: String {
        let streams = encoders.enumerated().map { "encoder \($0.offset): \($0.element.joined(separator: " "))" }
        let pairs = crossmodal.enumerated().map { "crossmodal \($0.offset): \($0.element.joined(separator: " "))" }
        let without = leftOut.isEmpty ? [] : ["left out: \(leftOut.joined(separator: " "))"]
        return (["groups by \(method)"] + streams + pairs + without).joined(separator: "\n")
    }

    /// The pairs that do not meet.
    var leftOut: [String] { keptPairs.map { kept in Set(crossmodal.joined()).subtracting(kept).sorted() } ?? [] }
}
