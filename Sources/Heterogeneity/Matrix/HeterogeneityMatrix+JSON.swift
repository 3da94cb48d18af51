import Files
import Foundation

extension HeterogeneityMatrix: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case names, values, standardErrors, transfers, transferStandardErrors, transferOwnErrors, imputed, units
        case explained, explainedStandardErrors, unknown
    }

    /// Decodes the object described at ``HeterogeneityMatrix``. Values and standard errors may also
    /// be one triangle.
    ///
    /// - Throws: ``MatrixError`` for an invalid matrix; `DecodingError` for a missing key or a
    ///   wrong type.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let matrix = try HeterogeneityMatrix(
            names: container.decode([String].self, forKey: .names),
            cells: MatrixCells(container.decode([[Double?]].self, forKey: .values), key: "values"),
            standardErrorCells: container.decodeIfPresent([[Double?]].self, forKey: .standardErrors)
                .map { MatrixCells($0, key: "standard_errors") },
            transfers: container.decodeIfPresent(SquareMatrix<Double?>.self, forKey: .transfers),
            transferStandardErrors: container.decodeIfPresent(
                SquareMatrix<Double?>.self, forKey: .transferStandardErrors),
            imputed: container.decodeIfPresent([[Int]].self, forKey: .imputed).map(Self.pairs) ?? [],
            units: container.decodeIfPresent(HeterogeneityUnits.self, forKey: .units) ?? .unspecified
        )
        let shares = try container.decodeIfPresent([Double].self, forKey: .explained)
        let errors = try container.decodeIfPresent([Double].self, forKey: .explainedStandardErrors)
        self = try matrix.with(
            transferOwnErrors: container.decodeIfPresent(SquareMatrix<Double?>.self, forKey: .transferOwnErrors)
        ).with(explained: shares.map { try ExplainedShares(values: $0, standardErrors: errors ?? []) })
    }

    /// Encodes the object described at ``HeterogeneityMatrix``, without the keys that are `nil` or
    /// empty.
    ///
    /// - Throws: An encoding error when a number is not finite.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(names, forKey: .names)
        try container.encode(values, forKey: .values)
        try container.encodeIfPresent(standardErrors, forKey: .standardErrors)
        try container.encodeIfPresent(transfers, forKey: .transfers)
        try container.encodeIfPresent(transferStandardErrors, forKey: .transferStandardErrors)
        try container.encodeIfPresent(transferOwnErrors, forKey: .transferOwnErrors)
        try container.encodeIfPresent(explained?.values, forKey: .explained)
        try container.encodeIfPresent(explained?.standardErrors, forKey: .explainedStandardErrors)
        if explained != nil { try container.encode(unknown, forKey: .unknown) }
        if !imputed.isEmpty {
            try container.encode(imputed.map { [$0.first, $0.second] }, forKey: .imputed)
        }
        try container.encode(units, forKey: .units)
    }

    private static func pairs(_ positions: [[Int]]) throws -> [EntryPair] {
        try positions.map { position in
            guard position.count == 2 else {
                throw MatrixError(
                    place: "imputed", problem: .malformed("a pair of \(position.count) positions, expected 2"))
            }
            return EntryPair(position[0], position[1])
        }
    }

    /// Reads a matrix from JSON.
    ///
    /// The text is the object described at ``HeterogeneityMatrix``, or an object of objects
    /// (name → name → distance), whose names are sorted alphabetically.
    ///
    /// - Parameters:
    ///   - json: The text in UTF-8.
    ///   - source: The name used in error messages, such as the file's name.
    /// - Throws: ``MatrixError`` for text that is neither form of a valid matrix.
    public init(json: Data, source: String? = nil) throws {
        do {
            let keys = try JSONDecoder().decode([String: IgnoredValue].self, from: json).keys
            if keys.contains(CodingKeys.names.rawValue) || keys.contains(CodingKeys.values.rawValue) {
                self = try JSONFile.decode(HeterogeneityMatrix.self, from: json)
            } else if let nested = try? JSONDecoder().decode([String: [String: Double?]].self, from: json) {
                try self.init(nested: nested)
            } else {
                throw MatrixError(
                    problem: .malformed(
                        "expected the keys \"names\" and \"values\", or an object of objects of distances"))
            }
        } catch var error as MatrixError {
            error.source = source
            throw error
        } catch let error as DecodingError {
            throw MatrixError(source: source, problem: .malformed(Self.explanation(of: error)))
        }
    }

    private init(nested: [String: [String: Double?]]) throws {
        let names = nested.keys.sorted()
        let outerNames = Set(names)
        for name in names {
            guard let other = nested[name]?.keys.sorted().first(where: { !outerNames.contains($0) }) else { continue }
            throw MatrixError(
                place: name,
                problem: .malformed("the key \"\(other)\" is unknown, expected the keys of the outer object"))
        }
        let rows = names.map { row in names.map { column in nested[row]?[column] ?? nil } }
        try self.init(
            names: names, cells: MatrixCells(rows, key: "object"), standardErrorCells: nil, transfers: nil,
            transferStandardErrors: nil, imputed: [], units: .unspecified)
    }

    private static func explanation(of error: DecodingError) -> String {
        func place(_ context: DecodingError.Context) -> String {
            let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: " ")
            return path.isEmpty ? "" : "\(path): "
        }
        switch error {
        case .keyNotFound(let key, let context):
            return "\(place(context))the key \"\(key.stringValue)\" is missing, expected \"names\" and \"values\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context))\(context.debugDescription)"
        case .dataCorrupted(let context):
            return "\(place(context))not valid JSON of a matrix: \(context.debugDescription)"
        @unknown default:
            return "not valid JSON of a matrix"
        }
    }

    /// Returns the matrix as JSON in UTF-8 with sorted keys. Equal matrices give equal bytes.
    ///
    /// - Throws: An encoding error when a number is not finite.
    public func json() throws -> Data {
        try JSONFile.encode(self, layout: .compact) + Data("\n".utf8)
    }
}

/// A placeholder that decodes any JSON value and ignores it.
private struct IgnoredValue: Decodable {
    init(from decoder: any Decoder) {}
}
