/// The groups of the entries of a matrix: clusters of the known ones, and one group of the unknown
/// ones.
struct KnownGroups {
    /// The names of the entries of each group; the unknown ones come last.
    let groups: [[String]]
    /// The dendrogram of the known entries; `nil` if there are fewer than two.
    let tree: Dendrogram?

    /// Groups the entries of a matrix.
    ///
    /// - Parameters:
    ///   - measured: The matrix.
    ///   - basis: The part of its transfers that groups are based on.
    ///   - linkage: The linkage of the clustering.
    ///   - cut: The cut; `nil` selects the number of clusters with the best mean silhouette. A
    ///     number of groups includes the group of the unknown entries.
    /// - Throws: ``MatrixError`` if the cut is impossible, or if required transfers are unknown.
    init(of measured: HeterogeneityMatrix, basis: TransferBasis, linkage: Linkage, cut: GroupingCut?) throws {
        let unknown = measured.unknown
        if try cut?.groupCount(of: measured.count) == 1, try measured.ofKnownEntries() == nil {
            (tree, groups) = (nil, [measured.names])
            return
        }
        let knownCut = try cut?.ofKnown(measured.count - unknown.count, unknown: unknown.count)
        guard let known = try measured.ofKnownEntries() else {
            tree = nil
            groups = [Set(measured.names).subtracting(unknown).sorted(), unknown].filter { !$0.isEmpty }
            return
        }
        let matrix = try known.basis(basis)
        let tree = Dendrogram(of: matrix, linkage: linkage)
        let clusters = try tree.grouping(knownCut ?? .groups(tree.bestSilhouetteGroupCount(in: matrix))).groupNames
        self.tree = tree
        if try cut?.groupCount(of: measured.count) == 1 {
            groups = [measured.names]
        } else {
            groups = clusters + (unknown.isEmpty ? [] : [unknown])
        }
    }
}

extension GroupingCut {
    /// Returns the cut of the known entries, which leaves one of a number of groups for the unknown
    /// ones. There are fewer groups if there are too few known entries.
    ///
    /// - Throws: ``MatrixError`` for a number of groups out of range.
    func ofKnown(_ known: Int, unknown: Int) throws -> GroupingCut {
        guard unknown > 0, let total = try groupCount(of: known + unknown) else { return self }
        return .groups(max(1, min(total - 1, known)))
    }
}
