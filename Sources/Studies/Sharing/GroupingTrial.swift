import Heterogeneity

/// One way to divide streams and pairs into groups of given sizes, and what it scored from every seed.
public struct GroupingTrial: Codable, Sendable {
    /// The arm, with a number where it stands for several.
    public var name: String
    /// Groups of streams.
    public var encoders: [[String]]
    /// Groups of pairs.
    public var crossmodal: [[String]]
    /// The sum of distances between entries that share a group, streams and pairs each in units of the sum over all.
    public var heterogeneity: Double
    /// The same of transfers with their sign: positive where sharing should harm. Nothing where transfers are not known.
    public var transfer: Double?
    /// The suite's score on the test splits, seed by seed.
    public var scores: [Double]

    /// A trial that was not scored yet.
    init(
        name: String, groups: SharingGroups, modalities: HeterogeneityMatrix?, interactions: HeterogeneityMatrix?
    ) {
        self.name = name
        (encoders, crossmodal) = (groups.encoders, groups.crossmodal)
        let parts = [(modalities, groups.encoders), (interactions, groups.crossmodal)].compactMap { matrix, groups in
            matrix.map { GroupingTrial.shared($0, groups) }
        }
        heterogeneity = parts.reduce(0) { $0 + $1.distance }
        let transfers = parts.compactMap(\.transfer)
        transfer = transfers.count == parts.count && !parts.isEmpty ? transfers.reduce(0, +) : nil
        scores = []
    }

    /// What groups share of a matrix.
    private static func shared(
        _ matrix: HeterogeneityMatrix, _ groups: [[String]]
    ) -> (distance: Double, transfer: Double?) {
        var group: [String: Int] = [:]
        for (number, names) in groups.enumerated() { for name in names { group[name] = number } }
        var (within, all, transfer, size) = (0.0, 0.0, 0.0, 0.0)
        var isKnown = matrix.transfers != nil
        for pair in EntryPair.all(of: matrix.count) {
            let (first, second) = (group[matrix.names[pair.first]], group[matrix.names[pair.second]])
            let isShared = first != nil && first == second
            let distance = matrix[pair.first, pair.second]
            all += distance
            within += isShared ? distance : 0
            for (from, to) in [(pair.first, pair.second), (pair.second, pair.first)] {
                guard let value = matrix.transfers?[from, to] else {
                    isKnown = false
                    continue
                }
                size += abs(value)
                transfer += isShared ? value : 0
            }
        }
        return (all > 0 ? within / all : 0, isKnown ? (size > 0 ? transfer / size : 0) : nil)
    }
}
