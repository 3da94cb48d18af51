/// Returns the Pearson correlation of two lists.
///
/// The result is `nil` when the lists differ in length, have fewer than two values, or one of them
/// is constant.
public func pearsonCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
    guard left.count == right.count, left.count > 1 else { return nil }
    let count = Double(left.count)
    let leftMean = left.reduce(0, +) / count
    let rightMean = right.reduce(0, +) / count
    var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
    for (x, y) in zip(left, right) {
        product += (x - leftMean) * (y - rightMean)
        leftSquare += (x - leftMean) * (x - leftMean)
        rightSquare += (y - rightMean) * (y - rightMean)
    }
    guard leftSquare > 0, rightSquare > 0 else { return nil }
    return product / (leftSquare.squareRoot() * rightSquare.squareRoot())
}

/// Returns the Spearman rank correlation of two lists. Ties take their mean rank.
///
/// The result is `nil` when the lists differ in length, have fewer than two values, or one of them
/// is constant.
public func spearmanCorrelation(_ left: [Double], _ right: [Double]) -> Double? {
    pearsonCorrelation(ranks(of: left), ranks(of: right))
}

/// Returns zero-based ranks; ties take their mean rank.
private func ranks(of values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = Array(repeating: 0.0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start
        while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
        for position in start...end { ranks[order[position]] = Double(start + end) / 2 }
        start = end + 1
    }
    return ranks
}
