import Foundation

/// Finds unused, rare and dominating classes of a target.
enum ClassFindings {
    /// The share of the training rows from which a class dominates.
    private static let dominating = 0.8

    /// Returns the findings of a target of classes or labels.
    static func findings(of target: DatasetSummary.Target) -> [DatasetFinding] {
        let train = target.counts[Split.train.rawValue] ?? []
        let rows = train.reduce(0, +)
        func finding(_ kind: DatasetFinding.Kind, _ count: Int, _ text: String) -> DatasetFinding {
            DatasetFinding(kind: kind, subject: target.name, count: count, text: text)
        }
        var result: [DatasetFinding] = []
        let unused = train.indices.filter { train[$0] == 0 }
        if !unused.isEmpty {
            let others = unused.filter { index in target.counts.values.contains { $0[index] > 0 } }
            let elsewhere = others.isEmpty ? "" : "; \(names(others, target)) in other splits only"
            result.append(
                finding(
                    .unusedClasses, unused.count,
                    "\(unused.count) of \(train.count) classes have no training row: \(names(unused, target))\(elsewhere)"
                ))
        }
        let single = train.indices.filter { train[$0] == 1 }
        if !single.isEmpty {
            result.append(
                finding(
                    .singleRows, single.count,
                    "\(single.count) of \(train.count) classes have a single training row: \(names(single, target))"))
        }
        guard target.kind == .classification, let most = train.max(), let index = train.firstIndex(of: most), rows > 0
        else { return result }
        let share = Double(most) / Double(rows)
        if most == rows {
            result.append(
                finding(
                    .constant, rows, "all training rows have class '\(target.classes[index])'; nothing can be learnt"))
        } else if share >= dominating {
            result.append(
                finding(
                    .imbalance, most,
                    "class '\(target.classes[index])' has " + String(format: "%.4g", 100 * share)
                        + " % of the training rows; accuracy says little"))
        }
        return result
    }

    private static func names(_ classes: [Int], _ target: DatasetSummary.Target) -> String {
        classes.prefix(5).map { "'\(target.classes[$0])'" }.joined(separator: ", ") + (classes.count > 5 ? ", …" : "")
    }
}
