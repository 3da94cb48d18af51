import Heterogeneity

/// A grouping of streams and pairs with given sizes, and its score from each seed.
public struct GroupingTrial: Codable, Sendable {
    /// The name of the arm, with a number when the arm has several groupings.
    public var name: String
    /// The groups of streams.
    public var encoders: [[String]]
    /// The groups of pairs.
    public var crossmodal: [[String]]
    /// The sum of the distances within groups, as a share of the sum of all distances. The shares
    /// of streams and of pairs are added.
    public var heterogeneity: Double
    /// The sum of the signed transfers within groups, as a share of the sum of all magnitudes. It
    /// is positive when sharing should harm, and `nil` when a transfer is unknown.
    public var transfer: Double?
    /// The suite's score on the split of the study, one per seed.
    public var scores: [Double]

    /// Creates a trial without scores.
    init(name: String, groups: SharingGroups, matrices: MeasuredMatrices) {
        self.name = name
        (encoders, crossmodal) = (groups.encoders, groups.crossmodal)
        let parts = [(matrices.modalities, encoders), (matrices.interactions, crossmodal)].compactMap {
            matrix, groups in
            matrix.map { Self.shared($0, groups) }
        }
        heterogeneity = parts.reduce(0) { $0 + $1.distance }
        let transfers = parts.compactMap(\.transfer)
        transfer = transfers.count == parts.count && !parts.isEmpty ? transfers.reduce(0, +) : nil
        scores = []
    }

    /// Returns the distances and transfers within groups as shares of a matrix.
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
