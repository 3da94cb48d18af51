import Files
import Foundation
import Yams

/// The untyped content of a YAML or JSON file.
indirect enum ConfigurationNode: Hashable, Sendable {
    case mapping([String: ConfigurationNode])
    case sequence([ConfigurationNode])
    /// `isText` is true when quotes rule out a number or a Boolean.
    case scalar(String, isText: Bool)
    case null

    /// The limit of nodes, far above any suite or dataset. It bounds the expansion of nested
    /// aliases.
    private static let maximumNodes = 100_000
    private static let maximumByteCount = 16 << 20

    /// Reads a YAML file.
    static func yaml(file: String) throws -> ConfigurationNode {
        try yaml(text: text(of: file), file: file)
    }

    /// Reads YAML text; errors name `file`.
    static func yaml(text: String, file: String) throws -> ConfigurationNode {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            let reason = "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")
            throw ConfigurationError(file: file, key: "", reason: "not valid YAML: \(reason)")
        }
        var budget = maximumNodes
        return try root.map { try ConfigurationNode($0, file: file, key: "", budget: &budget) } ?? .null
    }

    /// Reads a JSON file.
    static func json(file: String) throws -> ConfigurationNode {
        do {
            return try JSONDecoder().decode(JSONValue.self, from: Data(text(of: file).utf8)).node
        } catch let error as DecodingError {
            guard case .dataCorrupted(let context) = error else {
                // Text with characters that JSON does not allow counts as a value of another type.
                throw ConfigurationError(file: file, key: "", reason: "not valid JSON: \(error.oneLine)")
            }
            let reason = context.underlyingError.map { ($0 as NSError).userInfo[NSDebugDescriptionErrorKey] ?? $0 }
            throw ConfigurationError(
                file: file, key: "", reason: "not valid JSON: \(reason ?? context.debugDescription)")
        }
    }

    private static func text(of file: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: file) else {
            throw ConfigurationError(
                file: file, key: "",
                reason: FileManager.default.fileExists(atPath: file) ? "cannot be read" : "no such file")
        }
        // An empty text is a description without keys, which has a better message of its own.
        if !bytes.isEmpty, let problem = FileSignature.mismatchOfText(bytes, expected: "a text in YAML or JSON") {
            throw ConfigurationError(file: file, key: "", reason: problem)
        }
        guard bytes.count <= maximumByteCount else {
            throw ConfigurationError(file: file, key: "", reason: "\(bytes.count) bytes, expected a few kilobytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(file: file, key: "", reason: "not UTF-8 text")
        }
        return text
    }

    private init(_ node: Node, file: String, key: String, budget: inout Int) throws {
        budget -= 1
        guard budget > 0 else { throw ConfigurationError(file: file, key: key, reason: "too many values") }
        switch node {
        case .mapping(let mapping):
            var members: [String: ConfigurationNode] = [:]
            for (name, value) in mapping {
                guard let name = name.scalar?.string else {
                    throw ConfigurationError(file: file, key: key, reason: "keys must be names")
                }
                members[name] = try ConfigurationNode(
                    value, file: file, key: key.isEmpty ? name : "\(key).\(name)", budget: &budget)
            }
            self = .mapping(members)
        case .sequence(let sequence):
            var elements: [ConfigurationNode] = []
            for (index, value) in sequence.enumerated() {
                elements.append(try ConfigurationNode(value, file: file, key: "\(key)[\(index)]", budget: &budget))
            }
            self = .sequence(elements)
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            self = isNull ? .null : .scalar(scalar.string, isText: !isPlain)
        case .alias:
            throw ConfigurationError(file: file, key: key, reason: "unresolved alias")
        }
    }

    /// Replaces the value at a dotted path and creates missing mappings.
    mutating func set(_ path: ArraySlice<String>, to value: ConfigurationNode) {
        guard let name = path.first else {
            self = value
            return
        }
        var members: [String: ConfigurationNode] = [:]
        if case .mapping(let present) = self { members = present }
        var member = members[name] ?? .null
        member.set(path.dropFirst(), to: value)
        members[name] = member
        self = .mapping(members)
    }
}

/// Any JSON value.
private enum JSONValue: Decodable {
    case node(ConfigurationNode)

    var node: ConfigurationNode {
        switch self {
        case .node(let node): node
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .node(.null)
        } else if let flag = try? container.decode(Bool.self) {
            self = .node(.scalar(flag ? "true" : "false", isText: false))
        } else if let integer = try? container.decode(Int.self) {
            self = .node(.scalar(String(integer), isText: false))
        } else if let number = try? container.decode(Double.self) {
            self = .node(.scalar(String(number), isText: false))
        } else if let text = try? container.decode(String.self) {
            self = .node(.scalar(text, isText: true))
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .node(.sequence(elements.map(\.node)))
        } else {
            self = .node(.mapping(try container.decode([String: JSONValue].self).mapValues(\.node)))
        }
    }
}
