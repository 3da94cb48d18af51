/// What a dataset gives to be predicted.
public struct TargetDescription: Hashable, Sendable, Encodable {
    /// What is predicted.
    public var kind: TargetKind
    /// Names of the classes; empty for regression.
    public var classes: [String]?
    /// Numbers to predict; absent for classes.
    public var width: Int?
    /// What it means, for people; units where there are any.
    public var description: String?

    /// One of several classes.
    public static func classification(_ classes: [String], description: String? = nil) -> TargetDescription {
        TargetDescription(kind: .classification, classes: classes, width: nil, description: description)
    }

    /// Any of several classes.
    public static func multilabel(_ classes: [String], description: String? = nil) -> TargetDescription {
        TargetDescription(kind: .multilabel, classes: classes, width: nil, description: description)
    }

    /// Numbers.
    public static func regression(width: Int = 1, description: String? = nil) -> TargetDescription {
        TargetDescription(kind: .regression, classes: nil, width: width, description: description)
    }

    /// Outputs that a head for this target has.
    public var outputs: Int { classes?.count ?? width ?? 1 }

    private static let maximumOutputs = 1_000_000

    private init(kind: TargetKind, classes: [String]?, width: Int?, description: String?) {
        self.kind = kind
        self.classes = classes
        self.width = width
        self.description = description
    }

    init(_ reader: ConfigurationReader) throws {
        kind = try reader.choice("kind")
        description = try reader.optionalString("description")
        switch kind {
        case .classification, .multilabel:
            classes = try reader.namesOrCount("classes", maximum: Self.maximumOutputs)
            width = nil
            if kind == .classification, outputs < 2 {
                throw reader.failure("classes", "\(outputs) class, expected at least 2")
            }
        case .regression:
            classes = nil
            width = try reader.integer("width", in: 1...Self.maximumOutputs, default: 1)
        }
    }
}
