import Files

/// Why something is not a heterogeneity matrix, in one line that names the file, the place in it and what was expected.
public struct MatrixError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public enum Problem: Sendable, Equatable {
        /// The file cannot be read; the text says why.
        case unreadable(String)
        /// The text is not JSON or CSV of the expected form; the text says why.
        case malformed(String)
        /// Fewer than two names.
        case tooFewNames(Int)
        /// More names than a matrix may have.
        case tooManyNames(Int, limit: Int)
        /// A name that is empty or holds a control character.
        case unusableName
        /// A name that occurs twice.
        case duplicateName(String)
        /// A row whose name is not that of its column.
        case otherName(found: String, expected: String)
        /// A number of rows, or of values in a row, other than the number of names.
        case notSquare(found: Int, expected: Int)
        /// A value that is needed and is not there.
        case missing
        /// A cell that is not a number.
        case notANumber(String)
        /// A value that is infinite or not a number.
        case notFinite(Double)
        /// A value so large that sums of its squares would overflow.
        case tooLarge(Double, limit: Double)
        /// A distance below zero.
        case negative(Double)
        /// A distance of an entry to itself that is not zero.
        case nonzeroDiagonal(Double)
        /// Two mirrored values that differ by more than the tolerance.
        case asymmetric(Double, mirrored: Double)
        /// An option, such as a number of groups, outside its range; the text says what was expected.
        case outOfRange(String)
    }

    /// The file, or nil where the matrix comes from memory.
    public var source: String?
    /// The row and column, or the JSON key, or nil where the whole matrix is meant.
    public var place: String?
    /// What is wrong.
    public var problem: Problem

    /// An error at a place.
    public init(source: String? = nil, place: String? = nil, problem: Problem) {
        self.source = source
        self.place = place
        self.problem = problem
    }

    /// The message: one line.
    public var description: String {
        ([source, place].compactMap { $0 } + [explanation]).map(Self.oneLine).joined(separator: ": ")
    }

    private var explanation: String {
        switch problem {
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .malformed(let reason): reason
        case .tooFewNames(let found): "\(found) names, expected at least 2"
        case .tooManyNames(let found, let limit): "\(found) names, expected at most \(limit)"
        case .unusableName: "the name is empty or holds a control character, expected printable text"
        case .duplicateName(let name): "the name \"\(Self.shortened(name))\" occurs twice, expected distinct names"
        case .otherName(let found, let expected):
            "the row is named \"\(Self.shortened(found))\", expected \"\(Self.shortened(expected))\" as in the header"
        case .notSquare(let found, let expected): "\(found) found, expected \(expected), as many as there are names"
        case .missing: "no value, expected a full matrix or one whole triangle"
        case .notANumber(let text): "\"\(Self.shortened(text))\" is not a number"
        case .notFinite(let value): "\(value) found, expected a finite number"
        case .tooLarge(let value, let limit): "\(value) found, expected at most \(limit)"
        case .negative(let value): "\(value) found, expected a distance of at least 0"
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
    /// Whether a terminal might act on the character, or break the line at it, rather than show it.
    var isControl: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}
