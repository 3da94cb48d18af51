import Foundation

/// Why JSON could not be decoded, in one line.
struct DecodingProblem: CustomStringConvertible {
    let description: String

    init(_ error: any Error) {
        let context: DecodingError.Context? =
            switch error {
            case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
                DecodingError.keyNotFound(_, let context), DecodingError.dataCorrupted(let context):
                context
            default: nil
            }
        let place = context?.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        let text = context?.debugDescription ?? "\(error)"
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        description = place.map { $0.isEmpty ? line : "\($0): \(line)" } ?? line
    }
}
