/// A target of a dataset.
public struct TargetDescription: Hashable, Sendable, Encodable {
    /// The kind of prediction.
    public var kind: TargetKind
    /// The names of the classes or labels; `nil` for regression.
    public var classes: [String]?
    /// The number of regression values; `nil` for classes and labels.
    public var width: Int?
    /// The meaning and units, as text for people.
    public var description: String?

    /// Creates a target that is one of several classes.
    public static func classification(_ classes: [String], description: String? = nil) -> TargetDescription {
        TargetDescription(kind: .classification, classes: classes, width: nil, description: description)
    }

    /// Creates a target that is any subset of several labels.
    public static func multilabel(_ classes: [String], description: String? = nil) -> TargetDescription {
        TargetDescription(kind: .multilabel, classes: classes, width: nil, description: description)
    }

    /// Creates a target of `width` real values.
    public static func regression(width: Int = 1, description: String? = nil) -> TargetDescription {
        TargetDescription(kind: .regression, classes: nil, width: width, description: description)
    }

    /// The number of outputs of the task's head: classes, labels or regression values.
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
