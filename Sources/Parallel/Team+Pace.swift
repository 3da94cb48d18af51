/// The search for a process that is slower than the others.
extension Team {
    /// The ratio from which a process counts as slow.
    static let slowness = 1.5

    /// Names the processes that take much longer than the others for the same work, once each.
    ///
    /// - Parameter seconds: The seconds per unit of work of this process, without waiting for
    ///   others; `nil` when it did no work.
    /// - Throws: ``TeamError`` when MPI fails.
    public func comparePace(_ seconds: Double?) throws {
        guard let link else { return }
        var own = [Double](repeating: 0, count: size)
        own[rank] = seconds ?? 0
        let paces = try sums(own)
        guard isLead else { return }
        for (rank, ratio) in Self.slow(paces) {
            let factor = (ratio * 10).rounded() / 10
            link.remark(
                "\(name(of: rank)) takes \(factor) times as long as the median of the other ranks", about: rank)
        }
    }

    /// Returns the slow processes, with the ratio of their time to the median of the others.
    ///
    /// - Parameter paces: Rank → seconds per unit of work; 0 when it did no work.
    static func slow(_ paces: [Double]) -> [(rank: Int, ratio: Double)] {
        paces.indices.compactMap { rank in
            let others = paces.indices.filter { $0 != rank && paces[$0] > 0 }.map { paces[$0] }.sorted()
            guard paces[rank] > 0, !others.isEmpty else { return nil }
            let median = (others[(others.count - 1) / 2] + others[others.count / 2]) / 2
            return paces[rank] > slowness * median ? (rank, paces[rank] / median) : nil
        }
    }
}
