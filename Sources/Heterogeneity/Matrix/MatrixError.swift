import Files

/// An error in a heterogeneity matrix or in an option for analysing one.
///
/// The message is one line with the file, the position in it and the expectation.
public struct MatrixError: Error, Equatable, CustomStringConvertible {
    /// The kind of problem.
    public enum Problem: Sendable, Equatable {
        /// A file that cannot be read, with the reason.
        case unreadable(String)
        /// Text that is not JSON or CSV of the expected form, with the reason.
        case malformed(String)
        /// Fewer than two names.
        case tooFewNames(Int)
        /// More names than the maximum.
        case tooManyNames(Int, limit: Int)
        /// A name that is empty or contains a control character.
        case unusableName
        /// A name that occurs twice.
        case duplicateName(String)
        /// A row whose name differs from that of its column.
        case otherName(found: String, expected: String)
        /// A number of rows, or of values in a row, that differs from the number of names.
        case notSquare(found: Int, expected: Int)
        /// A missing value.
        case missing
        /// A cell that is not a number.
        case notANumber(String)
        /// A value that is infinite or NaN.
        case notFinite(Double)
        /// A value so large that a sum of squares could overflow.
        case tooLarge(Double, limit: Double)
        /// A negative distance or standard error.
        case negative(Double)
        /// A nonzero distance of an entry to itself.
        case nonzeroDiagonal(Double)
        /// Two mirrored values that differ by more than the tolerance.
        case asymmetric(Double, mirrored: Double)
        /// An option out of range, such as a number of groups, with the expectation.
        case outOfRange(String)
    }

    /// The file; `nil` for a matrix in memory.
    public var source: String?
    /// The row and column, or the JSON key; `nil` if the error concerns the whole matrix.
    public var place: String?
    /// The problem.
    public var problem: Problem

    /// Creates an error from its source, place and problem.
    public init(source: String? = nil, place: String? = nil, problem: Problem) {
        self.source = source
        self.place = place
        self.problem = problem
    }

    /// The message in one line.
    public var description: String {
        ([source, place].compactMap { $0 } + [explanation]).map(Self.oneLine).joined(separator: ": ")
    }

    private var explanation: String {
        switch problem {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .malformed(let reason): reason
        case .tooFewNames(let found): "\(found) names, expected at least 2"
        case .tooManyNames(let found, let limit): "\(found) names, expected at most \(limit)"
        case .unusableName: "the name is empty or contains a control character, expected printable text"
        case .duplicateName(let name): "the name \"\(Self.shortened(name))\" occurs twice, expected distinct names"
        case .otherName(let found, let expected):
            "the row is named \"\(Self.shortened(found))\", expected \"\(Self.shortened(expected))\" as in the header"
        case .notSquare(let found, let expected): "\(found) found, expected \(expected), as many as there are names"
        case .missing: "no value, expected a full matrix or one whole triangle"
        case .notANumber(let text): "\"\(Self.shortened(text))\" is not a number"
        case .notFinite(let value): "\(value) found, expected a finite number"
        case .tooLarge(let value, let limit): "\(value) found, expected at most \(limit)"
        case .negative(let value): "\(value) found, expected at least 0"
        case .nonzeroDiagonal(let value):
            "\(value) on the diagonal, expected 0: the matrix must hold distances, not similarities"
        case .asymmetric(let value, let mirrored):
            "\(value) found, but \(mirrored) at the mirrored place, expected a symmetric matrix"
        case .outOfRange(let expectation): expectation
        }
    }

    private static func shortened(_ text: String) -> String {
        text.count > 60 ? text.prefix(60) + "…" : text
    }

    private static func oneLine(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControl ? " " : $0 }))
    }
}

extension Unicode.Scalar {
    /// True if a terminal could interpret the character or break the line at it instead of showing
    /// it.
    var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}
