/// The share of the loss of chance that the predictor of each entry explains, 1 − loss / chance.
///
/// Transfers between predictors that learned nothing say nothing about their entries. An entry is
/// therefore known only if its predictor explains a share above zero.
public struct ExplainedShares: Sendable, Equatable {
    /// The number of standard errors by which the share of a known entry is above zero.
    public static let significance = 2.0
    /// The share that the predictor of a known entry exceeds, however small its standard error.
    public static let floor = 0.005

    /// The explained share of every entry; negative if the predictor is worse than chance.
    public let values: [Double]
    /// The standard errors of ``values``, over seeds and validation samples.
    public let standardErrors: [Double]

    /// Creates shares.
    ///
    /// - Throws: ``MatrixError`` for numbers that are not finite or too large, negative standard
    ///   errors, and another number of them than of shares.
    public init(values: [Double], standardErrors: [Double]) throws {
        guard values.count == standardErrors.count else {
            throw MatrixError(
                place: "explained_standard_errors",
                problem: .notSquare(found: standardErrors.count, expected: values.count))
        }
        for (key, numbers) in [("explained", values), ("explained_standard_errors", standardErrors)] {
            for (index, number) in numbers.enumerated() {
                let place = "\(key), value \(index + 1)"
                guard number.isFinite else { throw MatrixError(place: place, problem: .notFinite(number)) }
                guard abs(number) <= HeterogeneityMatrix.largestValue else {
                    throw MatrixError(
                        place: place, problem: .tooLarge(number, limit: HeterogeneityMatrix.largestValue))
                }
                guard number >= 0 || key == "explained" else {
                    throw MatrixError(place: place, problem: .negative(number))
                }
            }
        }
        self.values = values
        self.standardErrors = standardErrors
    }

    /// Returns true if the predictor of an entry explains a share above zero.
    public func isKnown(_ entry: Int) -> Bool {
        values[entry] > max(Self.floor, Self.significance * standardErrors[entry])
    }
}
