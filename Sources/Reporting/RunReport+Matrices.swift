extension RunReport {
    /// Returns the distances of a kind of entries with dendrogram, shares and transfers; empty if
    /// they were not measured.
    func matrix(_ kind: String) -> String {
        guard let matrix = run.matrices.first(where: { $0.kind == kind })?.matrix else { return "" }
        let order = order(of: matrix, kind)
        let tree = tree(of: kind).map { "<figure><figcaption>Dendrogram</figcaption>\($0.html)</figure>" } ?? ""
        return """
            <p>The increase of the loss when training on one entry starts from another entry's parameters instead of random \
            initialisation, summed over both directions. Decreases count as 0. Entries are ordered by group. A dot marks a \
            distance more than two standard errors above zero. Cells with a dashed outline were imputed, not measured.</p>
            <div class="row">\(distances(matrix, kind).html)\(tree)</div>
            \(explained(matrix, order))
            \(transfers(matrix, kind))
            """
    }

    /// Returns the drawing of the distances of a matrix.
    func distances(_ matrix: ReportedRun.Matrix, _ kind: String) -> Drawing {
        let order = order(of: matrix, kind)
        let imputed = Set((matrix.imputed ?? []).map { Set($0) })
        let map = HeatMap(
            names: order.map { matrix.names[$0] }, unknown: Set(matrix.unknown ?? []), relation: "and"
        ) { row, column in
            let (i, j) = (order[row], order[column])
            guard i != j else { return nil }
            let (value, error) = (matrix.values[i][j], matrix.standardErrors?[i][j])
            return HeatMap.Cell(
                value: value, error: error, isCertain: error.map { value > 2 * $0 } ?? false,
                isImputed: imputed.contains([i, j]))
        }
        return map.drawing(label: "distances between \(kind)")
    }

    /// Returns the drawing of the transfers of a matrix; `nil` if they are unknown.
    func transferDrawing(_ matrix: ReportedRun.Matrix, _ kind: String) -> Drawing? {
        guard let transfers = matrix.transfers else { return nil }
        let order = order(of: matrix, kind)
        let map = HeatMap(
            names: order.map { matrix.names[$0] }, unknown: Set(matrix.unknown ?? []), relation: "→"
        ) { row, column in
            let (i, j) = (order[row], order[column])
            guard i != j, let value = transfers[i][j] else { return nil }
            let error = matrix.transferStandardErrors?[i][j]
            return HeatMap.Cell(value: value, error: error, isCertain: error.map { abs(value) > 2 * $0 } ?? false)
        }
        return map.drawing(label: "transfers between \(kind)")
    }

    private func transfers(_ matrix: ReportedRun.Matrix, _ kind: String) -> String {
        guard let drawing = transferDrawing(matrix, kind), let counts = Self.count(matrix) else { return "" }
        return """
            <h3>Transfers</h3><p>From the row's entry to the column's: orange harms, blue helps. \(counts.harm) of \
            \(counts.all) harm and \(counts.help) help by more than two standard errors. If nothing transferred, about \
            \(counts.expected) of each would be expected by chance.</p>
            \(drawing.html)
            """
    }

    /// The transfers of a matrix between known entries.
    struct TransferCounts {
        var all = 0
        var harm = 0
        var help = 0
        /// The number of each expected by chance.
        var expected: Int { Int((0.0228 * Double(all)).rounded()) }
    }

    /// Counts transfers that exceed two standard errors; `nil` without standard errors.
    static func count(_ matrix: ReportedRun.Matrix) -> TransferCounts? {
        guard let transfers = matrix.transfers, let errors = matrix.transferStandardErrors else { return nil }
        let unknown = Set(matrix.unknown ?? [])
        let known = matrix.names.indices.filter { !unknown.contains(matrix.names[$0]) }
        var counts = TransferCounts()
        for i in known {
            for j in known where i != j {
                guard let value = transfers[i][j], let error = errors[i][j] else { continue }
                counts.all += 1
                counts.harm += value > 2 * error ? 1 : 0
                counts.help += value < -2 * error ? 1 : 0
            }
        }
        return counts
    }

    private func order(of matrix: ReportedRun.Matrix, _ kind: String) -> [Int] {
        ordered(matrix.names, by: kind == "modalities" ? run.groups?.encoders : run.groups?.crossmodal)
    }

    /// Returns the dendrogram of a kind of entries; `nil` without one.
    func tree(of kind: String) -> Drawing? {
        let isModalities = kind == "modalities"
        guard let groups = run.groups, let tree = isModalities ? groups.encoderTree : groups.crossmodalTree else {
            return nil
        }
        let names = Set(tree.names)
        let count = (isModalities ? groups.encoders : groups.crossmodal).count { !names.isDisjoint(with: $0) }
        return TreeDrawing(tree: tree, groups: count).drawing(label: "dendrogram of \(kind)")
    }
}
