import Heterogeneity
import Numerics

extension HeterogeneityMatrix {
    /// Returns what the streams of a task lose when they start from another task: the mean over its
    /// streams of the transfer from the best stream of the other task. Distances stand in for
    /// transfers that are unknown.
    ///
    /// - Returns: `nil` when one of the tasks has no streams in the matrix.
    func transfer(from source: String, to task: String) -> Double? {
        func entries(_ task: String) -> [Int] { names.indices.filter { names[$0].hasPrefix("\(task)/") } }
        let (sources, targets) = (entries(source), entries(task))
        guard !sources.isEmpty, !targets.isEmpty else { return nil }
        return targets.map { target in
            sources.map { (transfers?[$0, target] ?? nil) ?? self[$0, target] }.min() ?? 0
        }.mean
    }
}
