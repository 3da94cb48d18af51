import Studies

/// Pairs with a known kind of fusion: their diagnoses, and tables of distances and transfers
/// between kinds.
struct FusionStudyText {
    private let result: FusionStudy.Result

    init(_ result: FusionStudy.Result) { self.result = result }

    var text: String {
        [
            PairDiagnosesText(result.diagnoses).text,
            table("mean d") { number(result.distances[$0, $1]) },
            table("mean T from row to column") { number(result.transfers[$0, $1]) },
            table("T minus T from copies of the column") {
                $0 == $1 ? "" : "\(number(result.losses[$0, $1])) ± \(number(result.lossStandardErrors[$0, $1]))"
            },
            "adjusted Rand index between the groups by d and the kinds: \(number(result.agreement))",
        ].joined(separator: "\n\n")
    }

    private func table(_ title: String, _ cell: (Int, Int) -> String) -> String {
        var table = TextTable(header: [title] + result.kinds.map(\.rawValue))
        for (row, kind) in result.kinds.enumerated() {
            table.add([kind.rawValue] + result.kinds.indices.map { cell(row, $0) })
        }
        return table.text
    }
}
