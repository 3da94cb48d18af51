import Studies

/// Cheap measurements compared with the exact one, as a table.
struct EstimatorStudyText {
    private let result: EstimatorStudy.Result

    init(_ result: EstimatorStudy.Result) { self.result = result }

    var text: String {
        var table = TextTable(header: ["measurement", "seconds", "time", "Spearman d", "Spearman T", "same groups"])
        func row(_ name: String, _ seconds: Double?, _ share: Double?, _ agreement: MatrixAgreement?) {
            let shares = [agreement?.distances, agreement?.transfers, agreement?.groups]
            table.add(
                [name, number(seconds, decimals: 0), share.map(percent) ?? "-"]
                    + shares.map { number($0, decimals: 2) })
        }
        row("exact", result.seconds, 1, nil)
        row("exact, half of its seeds", nil, nil, result.halves)
        for one in result.comparisons { row(one.name, one.seconds, one.share, one.agreement) }
        return """
            \(result.kind.rawValue): \(result.entries) entries; exact: \(result.budget)
            of \(result.entries * (result.entries - 1)) transfers \(result.harm) harm and \(result.help) help by more than two \
            standard errors
            \(table.text)
            """
    }
}
