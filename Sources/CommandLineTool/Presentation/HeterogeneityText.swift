import Heterogeneity
import Numerics

/// A measurement as text: the distances, and the numbers of transfers that help, harm or are within
/// their error.
struct HeterogeneityText {
    private let matrices: TransferMatrices
    private let kind: HeterogeneityKind

    init(_ matrices: TransferMatrices, kind: HeterogeneityKind) {
        self.matrices = matrices
        self.kind = kind
    }

    var text: String {
        let matrix = matrices.normalised
        let explained = matrix.explained
        var table = TextTable(
            header: ["\(kind.rawValue), d in units of the chance loss"] + (explained == nil ? [] : ["explained"])
                + numbers(matrix.count))
        for (row, name) in matrix.names.enumerated() {
            let share = explained.map { shares in
                matrix.isKnown(row) ? estimate(shares.values[row], shares.standardErrors[row]) : "unknown"
            }
            let cells = (0..<row).map { column in
                matrix.isKnown(row) && matrix.isKnown(column)
                    ? estimate(matrix[row, column], matrix.standardErrors?[row, column] ?? 0) : "–"
            }
            table.add(["\(row + 1) \(name)"] + [share].compactMap(\.self) + cells)
        }
        var lines = [table.text, counts] + unknown
        if let heldOut = matrices.heldOut {
            lines.append(
                "\(matrix.imputed.count) pairs are imputed; the root mean square error on held-out pairs is "
                    + "\(number(heldOut.rootMeanSquare))")
        }
        return lines.joined(separator: "\n")
    }

    private var counts: String {
        let matrix = matrices.normalised
        var (harms, helps, noise) = (0, 0, 0)
        for from in 0..<matrix.count {
            for to in 0..<matrix.count where from != to && matrix.isKnown(from) && matrix.isKnown(to) {
                guard let value = matrix.transfers?[from, to] else { continue }
                let error = matrix.transferStandardErrors?[from, to] ?? 0
                if value > 2 * error { harms += 1 } else if value < -2 * error { helps += 1 } else { noise += 1 }
            }
        }
        return "\(harms) transfers harm, \(helps) help, \(noise) are within two standard errors of zero"
    }

    private var unknown: [String] {
        let names = matrices.normalised.unknown
        guard !names.isEmpty else { return [] }
        return [
            "unknown, since the predictor explains no share of the chance loss beyond \(Int(ExplainedShares.significance)) "
                + "standard errors: \(names.joined(separator: ", ")); unknown entries are not clustered, share one group, and "
                + "none of their pairs is pruned"
        ]
    }

    private func estimate(_ value: Double, _ error: Double) -> String {
        number(value, decimals: 2) + "±" + number(error, decimals: 2)
    }

    private func numbers(_ count: Int) -> [String] { (1...max(1, count)).map(String.init) }
}
