/// Reads one mapping of a suite or a `dataset.json` key by key, and rejects keys that were never
/// read.
///
/// Every error names the file and the dotted path of the key.
final class ConfigurationReader {
    let file: String
    let key: String
    private let members: [String: ConfigurationNode]
    private var asked: Set<String> = []

    private init(_ node: ConfigurationNode, file: String, key: String) throws {
        self.file = file
        self.key = key
        switch node {
        case .mapping(let members): self.members = members
        case .null: members = [:]
        default: throw ConfigurationError(file: file, key: key, reason: "expected keys with values")
        }
    }

    /// Reads a mapping; every key that `body` does not read is an error.
    static func read<Value>(
        _ node: ConfigurationNode, file: String, key: String = "", _ body: (ConfigurationReader) throws -> Value
    ) throws -> Value {
        let reader = try ConfigurationReader(node, file: file, key: key)
        let value = try body(reader)
        try reader.finish()
        return value
    }

    private func finish() throws {
        guard let unknown = members.keys.filter({ !asked.contains($0) }).min() else { return }
        throw ConfigurationError(
            file: file, key: path(unknown), reason: "unknown key" + ClosestName.hint(for: unknown, among: asked))
    }

    /// Returns an error about one key of this mapping.
    func failure(_ name: String, _ reason: String) -> ConfigurationError {
        ConfigurationError(file: file, key: path(name), reason: reason)
    }

    private func path(_ name: String) -> String { key.isEmpty ? name : "\(key).\(name)" }

    private func node(_ name: String) -> ConfigurationNode? {
        asked.insert(name)
        guard let node = members[name], node != .null else { return nil }
        return node
    }

    /// Returns an error about a missing key, or about an unknown key that is probably its
    /// misspelling.
    func missing(_ name: String) -> ConfigurationError {
        let others = members.keys.filter { !asked.contains($0) }
        if let misspelt = ClosestName.match(for: name, among: others) {
            return failure(misspelt, "unknown key, did you mean '\(name)'?")
        }
        return failure(name, "missing")
    }

    private func required<Value>(_ name: String, _ value: Value?) throws -> Value {
        guard let value else { throw missing(name) }
        return value
    }
}

// MARK: - Scalars

extension ConfigurationReader {
    func string(_ name: String) throws -> String { try required(name, optionalString(name)) }

    func optionalString(_ name: String) throws -> String? {
        try node(name).map { try text($0, name) }
    }

    func integer(_ name: String, in range: ClosedRange<Int>, default value: Int? = nil) throws -> Int {
        try required(name, optionalInteger(name, in: range) ?? value)
    }

    func optionalInteger(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        try node(name).map { node in
            guard case .scalar(let text, isText: false) = node, let value = Int(text), range.contains(value) else {
                let bound =
                    range.upperBound == .max ? "from \(range.lowerBound)" : "in \(range.lowerBound)…\(range.upperBound)"
                throw failure(name, "\(shown(node)), expected a whole number \(bound)")
            }
            return value
        }
    }

    func number(_ name: String, in range: ClosedRange<Double>, default value: Double? = nil) throws -> Double {
        try required(name, optionalNumber(name, in: range) ?? value)
    }

    func optionalNumber(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        try node(name).map { node in
            let value = try number(node, name)
            guard range.contains(value) else {
                let bound =
                    range.upperBound == .infinity
                    ? "from \(range.lowerBound)" : "in \(range.lowerBound)…\(range.upperBound)"
                throw failure(name, "\(value), expected a number \(bound)")
            }
            return value
        }
    }

    func flag(_ name: String, default value: Bool) throws -> Bool {
        guard let node = node(name) else { return value }
        switch node {
        case .scalar("true", isText: false): return true
        case .scalar("false", isText: false): return false
        default: throw failure(name, "\(shown(node)), expected true or false")
        }
    }

    func choice<Choice: NamedChoice>(_ name: String, default value: Choice? = nil) throws -> Choice {
        guard let text = try optionalString(name) else { return try required(name, value) }
        return try choice(text, name)
    }

    private func choice<Choice: NamedChoice>(_ text: String, _ name: String) throws -> Choice {
        guard let choice = Choice(rawValue: text) else {
            let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure(name, "'\(text)', expected one of \(names)")
        }
        return choice
    }

    private func text(_ node: ConfigurationNode, _ name: String) throws -> String {
        guard case .scalar(let text, _) = node else { throw failure(name, "\(shown(node)), expected text") }
        return text
    }

    private func number(_ node: ConfigurationNode, _ name: String) throws -> Double {
        guard case .scalar(let text, isText: false) = node, let value = Double(text), value.isFinite else {
            throw failure(name, "\(shown(node)), expected a finite number")
        }
        return value
    }

    private func shown(_ node: ConfigurationNode) -> String {
        switch node {
        case .mapping: "keys with values"
        case .sequence: "a list"
        case .scalar(let text, _): "'\(text.prefix(60))'"
        case .null: "null"
        }
    }
}

// MARK: - Lists and mappings

extension ConfigurationReader {
    func has(_ name: String) -> Bool { node(name) != nil }

    func strings(_ name: String, default value: [String]? = nil) throws -> [String] {
        try required(name, list(name) { try text($0, name) } ?? value)
    }

    func numbers(_ name: String, default value: [Double]? = nil) throws -> [Double] {
        try required(name, list(name) { try number($0, name) } ?? value)
    }

    func integers(_ name: String, in range: ClosedRange<Int>, default value: [Int]? = nil) throws -> [Int] {
        try required(
            name,
            list(name) { node in
                guard case .scalar(let text, isText: false) = node, let value = Int(text), range.contains(value) else {
                    throw failure(
                        name, "\(shown(node)), expected whole numbers in \(range.lowerBound)…\(range.upperBound)")
                }
                return value
            } ?? value
        )
    }

    func choices<Choice: NamedChoice>(_ name: String) throws -> [Choice]? {
        try list(name) { try choice(try text($0, name), name) }
    }

    /// Reads names given as a list or as a count: 3 stands for "0", "1", "2".
    func namesOrCount(_ name: String, maximum: Int) throws -> [String] {
        if case .scalar? = node(name) {
            return try (0..<integer(name, in: 1...maximum)).map(String.init)
        }
        let names = try strings(name)
        guard !names.isEmpty, names.count <= maximum else {
            throw failure(name, "\(names.count) names, expected 1…\(maximum)")
        }
        guard Set(names).count == names.count else { throw failure(name, "expected no duplicate names") }
        return names
    }

    /// Reads a nested mapping; `nil` if the key is missing.
    func optional<Value>(_ name: String, _ body: (ConfigurationReader) throws -> Value) throws -> Value? {
        try node(name).map { try Self.read($0, file: file, key: path(name), body) }
    }

    /// Reads a nested mapping; a missing one counts as empty.
    func section<Value>(_ name: String, _ body: (ConfigurationReader) throws -> Value) throws -> Value {
        try Self.read(node(name) ?? .null, file: file, key: path(name), body)
    }

    /// Reads a mapping from arbitrary names to mappings of one kind.
    ///
    /// - Parameter scalarKey: The key for which a single value in place of a mapping stands; `nil`
    ///   expects mappings.
    func dictionary<Value>(
        _ name: String, checkingNames: Bool = true, scalarKey: String? = nil,
        _ body: (ConfigurationReader) throws -> Value
    ) throws -> [String: Value] {
        guard let node = node(name) else { return [:] }
        guard case .mapping(let members) = node else {
            throw failure(name, "\(shown(node)), expected names with values")
        }
        var result: [String: Value] = [:]
        for (member, value) in members.sorted(by: { $0.key < $1.key }) {
            if checkingNames { try check(name: member, of: name) }
            var value = value
            if let scalarKey, case .scalar = value { value = .mapping([scalarKey: value]) }
            result[member] = try Self.read(value, file: file, key: "\(path(name)).\(member)", body)
        }
        return result
    }

    /// Reads a list of mappings of one kind; `nil` if the key is missing.
    func sections<Value>(_ name: String, _ body: (ConfigurationReader) throws -> Value) throws -> [Value]? {
        var count = 0
        return try list(name) { node in
            defer { count += 1 }
            return try Self.read(node, file: file, key: "\(path(name)).\(count)", body)
        }
    }

    /// Reads a mapping from arbitrary names to texts.
    func texts(_ name: String) throws -> [String: String] {
        guard let node = node(name) else { return [:] }
        guard case .mapping(let members) = node else {
            throw failure(name, "\(shown(node)), expected names with values")
        }
        return try members.reduce(into: [:]) { $0[$1.key] = try text($1.value, "\(name).\($1.key)") }
    }

    /// Reads a mapping from arbitrary names to whole numbers; `nil` if the key is missing.
    func counts(_ name: String) throws -> [String: Int]? {
        try optional(name) { reader in
            try reader.members.keys.reduce(into: [:]) { $0[$1] = try reader.integer($1, in: 0 ... .max) }
        }
    }

    /// Reads a list of lists of numbers.
    func lists(_ name: String) throws -> [[Double]] {
        try required(
            name,
            list(name) { node in
                guard case .sequence(let elements) = node else {
                    throw failure(name, "\(shown(node)), expected a list of numbers")
                }
                return try elements.map { try number($0, name) }
            })
    }

    private func list<Value>(_ name: String, _ body: (ConfigurationNode) throws -> Value) throws -> [Value]? {
        guard let node = node(name) else { return nil }
        guard case .sequence(let elements) = node else { throw failure(name, "\(shown(node)), expected a list") }
        return try elements.map(body)
    }

    /// Checks that a name has only letters, digits, `-` and `_`, because names become parts of
    /// tensor names, paths and dotted keys.
    func check(name: String, of mapping: String) throws {
        let allowed = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
        }
        guard allowed, !name.isEmpty, name.utf8.count <= 100 else {
            throw failure(mapping, "name '\(name.prefix(60))', expected letters, digits, '-' and '_'")
        }
    }
}
