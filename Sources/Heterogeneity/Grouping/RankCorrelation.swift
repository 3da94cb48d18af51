/// How far two lists put their elements in the same order.
public enum RankCorrelation {
    /// Spearman correlation of two lists of equal length, with the mean rank for ties; nil where either is constant.
    public static func spearman(_ left: [Double], _ right: [Double]) -> Double? { spearmanCorrelation(left, right) }
}
