import Heterogeneity
import HighMMT
import Multimodal
import Numerics
import Torch
import Training

/// The groups of streams and pairs by each way of sharing.
struct SharingRule {
    /// The seed of random groups.
    var seed: UInt64
    /// The groups by heterogeneity, whose number and sizes other ways of sharing take over.
    var grouping: HeterogeneityGrouping
    /// The device that encodes samples for the `features` arm.
    var device: Device

    /// Returns the groups of an arm.
    ///
    /// - Parameters:
    ///   - arm: The way of sharing.
    ///   - draw: The number of the random grouping.
    ///   - tasks: The tasks.
    ///   - firstStage: The run whose stage 1 has the latents of the `features` arm; without it,
    ///     that arm has groups of other members, but of the same number.
    func groups(
        of arm: SharingArm, draw: Int = 0, tasks: [OpenedTask], firstStage: RunDirectory?
    ) throws -> SharingGroups {
        let streams = TransferEntry.streams(of: tasks).map(\.description)
        let pairs = TransferEntry.pairs(of: tasks).map(\.description)
        func divided(_ names: [String], shares: Bool) -> [[String]] {
            shares ? (names.isEmpty ? [] : [names]) : names.map { [$0] }
        }
        switch arm {
        case .all, .none, .unimodal, .crossmodal:
            return SharingGroups(
                encoders: divided(streams, shares: arm == .all || arm == .unimodal),
                crossmodal: divided(pairs, shares: arm == .all || arm == .crossmodal), method: arm.rawValue)
        case .random:
            let model = try groups(of: .heterogeneity, tasks: tasks, firstStage: nil)
            var random = RandomSource(seed: seed, purpose: "random groups/\(draw)")
            func dealt(_ groups: [[String]], _ names: [String]) -> [[String]] {
                var rest = names.shuffled(using: &random)[...]
                return groups.map { group in
                    defer { rest = rest.dropFirst(group.count) }
                    return Array(rest.prefix(group.count))
                }
            }
            return SharingGroups(
                encoders: dealt(model.encoders, streams), crossmodal: dealt(model.crossmodal, pairs),
                method: arm.rawValue)
        case .features:
            guard let firstStage else {
                return try groups(of: .heterogeneity, tasks: tasks, firstStage: nil)
            }
            let distances = try FeatureDistances(
                firstStage.bestModel(of: .first, device: device).model.asHighMMT(firstStage), tasks: tasks)
            return try grouping.groups(
                by: MeasuredMatrices(modalities: distances.modalities, interactions: distances.interactions))
        case .heterogeneity: return try grouping.groups()
        case .partition:
            func least(_ matrix: HeterogeneityMatrix?, _ groups: Int) throws -> [[String]] {
                try matrix.map { try LeastHeterogeneousGrouping(of: $0, groups: groups).grouping.groupNames } ?? []
            }
            return SharingGroups(
                encoders: try least(grouping.matrices.modalities, grouping.encoderGroups),
                crossmodal: try least(grouping.matrices.interactions, grouping.crossmodalGroups), method: arm.rawValue)
        case .affinity:
            let measured = grouping.matrices
            return try grouping.groups(
                by: MeasuredMatrices(
                    modalities: measured.modalities?.byAffinity(), interactions: measured.interactions?.byAffinity()))
        }
    }
}
