/// The names of a split's tensors.
enum TensorNames {
    static func mask(_ modality: String) -> String { "mask/\(modality)" }
    static func present(_ modality: String) -> String { "present/\(modality)" }
    static func group(_ group: String) -> String { "group/\(group)" }
    static func labelled(_ target: String) -> String { "present/target/\(target)" }
    static func target(_ target: String) -> String { "target/\(target)" }
}
