import Numerics
import Studies

/// The scores of growing models, and the share of steps in which they rise.
struct ScalingStudyText {
    private let results: [ScalingStudy.Result]

    init(_ results: [ScalingStudy.Result]) { self.results = results }

    var text: String {
        var scores = TextTable(header: ["added", "count", "mean score", "±", "orders"])
        var trends = TextTable(header: ["added", "change of", "steps", "rising", "change per step", "±"])
        for result in results {
            for count in Set(result.orders.flatMap { $0.steps.map(\.count) }).sorted() {
                let means = result.orders.flatMap(\.steps).filter { $0.count == count }
                    .map { Measurements(Array($0.scores.values)).mean }
                let sample = Measurements(means)
                scores.add([
                    result.axis.rawValue, "\(count)", number(sample.mean),
                    number(means.count > 1 ? sample.standardError : nil), "\(means.count)",
                ])
            }
            let kinds = [
                ("other tasks", result.others), ("the first task", result.first), ("the task itself", result.own),
            ]
            for (name, trend) in kinds where trend.steps > 0 {
                trends.add([
                    result.axis.rawValue, name, "\(trend.steps)", percent(trend.rising),
                    trend.slope.map { signedNumber($0.mean) } ?? "-", number(trend.slope?.standardError),
                ])
            }
        }
        return "\(scores.text)\n\n\(trends.text)"
    }
}
