/// Suggests a name for a misspelt one.
package enum ClosestName {
    /// Returns the candidate with the smallest edit distance, if that is small; the alphabetically
    /// first of equals.
    package static func match(for name: String, among candidates: some Sequence<String>) -> String? {
        if let same = candidates.filter({ $0.lowercased() == name.lowercased() }).min() { return same }
        let limit = name.count < 4 ? 1 : max(2, name.count / 3)
        return candidates.map { (distance(name, $0), $0) }
            .filter { $0.0 <= limit }
            .min { $0 < $1 }?.1
    }

    /// Returns ", did you mean '…'?" for a close candidate, else the list of candidates.
    package static func hint(for name: String, among candidates: some Collection<String>) -> String {
        if let match = match(for: name, among: candidates) { return ", did you mean '\(match)'?" }
        return candidates.isEmpty ? "" : ", expected one of \(candidates.sorted().joined(separator: ", "))"
    }

    /// Returns the Levenshtein distance: the number of letters to insert, delete or replace.
    private static func distance(_ first: String, _ second: String) -> Int {
        let second = Array(second)
        var row = Array(0...second.count)
        for (i, letter) in first.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in second.indices {
                let replaced = diagonal + (letter == second[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[second.count]
    }
}
