import Multimodal
import Reporting
import Studies

extension StudyPage {
    /// Returns the split and the number of seeds as sentences.
    static func conditions(_ split: Split, seeds: Int, _ more: String) -> String {
        let name = split == .valid ? "validation" : split.rawValue
        let count = "\(seeds) seed\(seeds == 1 ? "" : "s")"
        return "Scores on the \(name) splits, \(count). ± is one standard error. \(more)"
    }

    /// Returns a mean and its standard error.
    static func pair(_ mean: SeedMean?) -> [String] { [number(mean?.mean), number(mean?.standardError)] }

    /// Returns a difference, its standard error and its p-value.
    static func test(_ test: PairedTest?) -> [String] {
        [test.map { signedNumber($0.difference) } ?? "-", number(test?.standardError), number(test?.p)]
    }
}
