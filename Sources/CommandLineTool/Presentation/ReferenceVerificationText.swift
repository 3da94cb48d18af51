import Foundation
import Training

/// The differences between the model and the reference values, as a table.
struct ReferenceVerificationText {
    private let verification: ReferenceVerification

    init(_ verification: ReferenceVerification) { self.verification = verification }

    var text: String {
        var table = TextTable(header: ["compared", "number", "largest error", "allowed", "", "at"])
        for comparison in verification.comparisons {
            table.add([
                comparison.kind, "\(comparison.compared)", scientific(comparison.largestError),
                scientific(comparison.tolerance), comparison.passes ? "passes" : "FAILS", comparison.at,
            ])
        }
        return table.text
    }

    private func scientific(_ value: Double) -> String { String(format: "%.1e", value) }
}
