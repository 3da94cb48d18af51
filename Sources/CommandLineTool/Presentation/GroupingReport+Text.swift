import Heterogeneity

extension GroupingReport {
    /// Returns the report as lines of text.
    ///
    /// - Parameters:
    ///   - width: The width of the dendrogram in columns.
    ///   - usesBoxCharacters: True to draw with box characters, false to draw with plain ASCII.
    public func text(width: Int = 80, usesBoxCharacters: Bool = true) -> String {
        let grouping = grouping
        let unitsInWords = units == .unspecified ? "" : ", in \(units.rawValue)"
        var lines = ["\(names.count) entries\(unitsInWords), \(linkage.rawValue) linkage, \(cut)", ""]
        for (index, group) in groups.enumerated() {
            lines.append("  group \(index + 1)  \(group.joined(separator: ", "))")
        }
        if let unknown {
            lines.append(
                "  unknown  \(unknown.joined(separator: ", ")): their predictors explain nothing, so they are not clustered"
            )
        }
        lines += ["", "dendrogram (columns in the order of the heights below, not to scale)", ""]
        lines.append(
            dendrogram.drawing(grouping: grouping, width: width - 2, usesBoxCharacters: usesBoxCharacters)
                .split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  \($0)" }
                .joined(separator: "\n")
        )
        lines.append("")
        lines.append(row("cophenetic correlation", number(copheneticCorrelation, decimals: 2)))
        lines.append(row("mean silhouette", number(meanSilhouette, decimals: 2)))
        lines.append(row("heterogeneity within groups", shortNumber(withinGroupHeterogeneity)))
        lines.append(
            row(
                "stability",
                "\(number(stability.meanAdjustedRandIndex, decimals: 2)), s.d. \(number(stability.standardDeviation, decimals: 2)): "
                    + "adjusted Rand index over \(stability.resamplings) draws"))
        lines.append(row("", noiseInWords))
        for (pair, share) in leastCertainPairs {
            lines.append(
                row("", "\(names[pair.first]) and \(names[pair.second]) in one group in \(percent(share)) of the draws")
            )
        }
        let properties = metricProperties
        lines.append(row("triangle inequality", sharesInWords(properties.triangle)))
        lines.append(
            row("relaxed, c = \(shortNumber(properties.relaxation))", sharesInWords(properties.relaxedTriangle)))
        lines.append(
            row(
                "explained by rank 3",
                "\(percent(explainedShareOfRank3)) of the squared singular values, \(percent(nuclearShareOfRank3)) of their sum"
            ))
        if let transfers { lines += ["", "variation of transfers", ""] + text(of: transfers) }
        lines += ["", "with the same number of groups", ""]
        var table = TextTable(
            header: ["method", "within", "silhouette", "cophenetic", "agreement"], minimumWidths: [10, 8, 12, 12, 11],
            gap: "")
        for alternative in alternatives {
            let shares = [alternative.meanSilhouette, alternative.copheneticCorrelation, alternative.agreement]
            table.add(
                [alternative.method, shortNumber(alternative.withinGroupHeterogeneity)]
                    + shares.map { number($0, decimals: 2) })
        }
        lines += table.lines.map { "  " + $0 }
        return lines.joined(separator: "\n")
    }

    /// The up to three pairs of entries whose share of draws in one group is closest to one half.
    private var leastCertainPairs: [(EntryPair, Double)] {
        let shares = EntryPair.all(of: names.count).map { ($0, stability.coMembership[$0.first, $0.second]) }
        let uncertain = shares.filter { abs($0.1 - 0.5) < 0.4 }
        return Array(uncertain.sorted { (abs($0.1 - 0.5), $0.0) < (abs($1.1 - 0.5), $1.0) }.prefix(3))
    }

    private func text(of transfers: TransferSummary) -> [String] {
        func pairs(_ title: String, _ pairs: [TransferSummary.Pair]) -> [String] {
            pairs.prefix(3).enumerated().map { index, pair in
                let numbers = "\(signedNumber(pair.value)) ± \(number(pair.standardError))"
                return row(index == 0 ? title : "", "\(pair.first) and \(pair.second) \(numbers)")
            }
        }
        return [
            row("  mean", "\(signedNumber(transfers.mean)); positive values are harm"),
            row("  s.d. between sources", number(transfers.sources)),
            row("  s.d. between targets", number(transfers.targets)),
            row("  s.d. specific to pairs", number(transfers.specific)),
        ] + pairs("  most mutual help", transfers.helped) + pairs("  most mutual harm", transfers.harmed)
    }

    private var noiseInWords: String {
        switch stability.noise {
        case .transferStandardErrors: "drawn from the standard errors of the transfers"
        case .standardErrors: "drawn from the standard errors of the entries"
        case .relativeTenth: "no standard errors given; assumes a tenth of each entry, so zeros stay zero"
        }
    }

    private func sharesInWords(_ shares: MetricProperties.Shares) -> String {
        let all = "\(percent(shares.all)) of all ordered triples"
        guard let distinct = shares.distinct else { return all }
        return "\(all), \(percent(distinct)) of triples of different entries"
    }

    private func row(_ title: String, _ value: String) -> String {
        title + String(repeating: " ", count: max(0, 29 - title.count)) + value
    }
}
