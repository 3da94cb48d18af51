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
        var table = TextTable(header: ["\(kind.rawValue), d in units of the chance loss"] + numbers(matrix.count))
        for (row, name) in matrix.names.enumerated() {
            let cells = (0..<row).map { column in
                number(matrix[row, column], decimals: 2) + "±"
                    + number(matrix.standardErrors?[row, column] ?? 0, decimals: 2)
            }
            table.add(["\(row + 1) \(name)"] + cells)
        }
        var lines = [table.text, counts]
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
            for to in 0..<matrix.count where from != to {
                guard let value = matrix.transfers?[from, to] else { continue }
                let error = matrix.transferStandardErrors?[from, to] ?? 0
                if value > 2 * error { harms += 1 } else if value < -2 * error { helps += 1 } else { noise += 1 }
            }
        }
        return "\(harms) transfers harm, \(helps) help, \(noise) are within two standard errors of zero"
    }

    private func numbers(_ count: Int) -> [String] { (1...max(1, count)).map(String.init) }
}
