/// An item on the stack of a pickle while it is read.
///
/// Containers are boxes, because a pickle may refer to a container before it fills it.
enum PickleItem {
    case mark
    case none
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// UTF-8 within the file, not yet validated.
    case text(ByteRegion)
    case bytes(ByteRegion)
    case global(PickleGlobal)
    case list(PickleBox)
    case tuple(PickleBox)
    /// Alternating keys and values.
    case dictionary(PickleBox)
    case type(PickleBox)
    case array(PickleBox)
}

/// The items of a container, or the parts of an array or of its element type.
final class PickleBox {
    var items: [PickleItem] = []
    var element: NumpyElement?
    var isBigEndian = false
    var shape: [Int] = []
    var isColumnMajor = false
    var region: ByteRegion?
    /// True for the state of an object, which a pickle may set.
    var isObject = false
}

/// The names that a pickle may refer to. None is looked up or called: each represents a value that
/// is built here.
enum PickleGlobal: Hashable {
    case ndarray
    case dtype
    case reconstruct
    case scalar
    case fromBuffer
    case encode
    case set
    case list
    case tuple
    case dictionary
    case orderedDictionary
    case defaultDictionary
    case byteArray
    case bytes
    /// `int`, `float`, `bool` and `str`, allowed only as the factory of a `defaultdict`.
    case number
    /// The type of the numbers that a checkpoint stores beside its pickle.
    case storage(NumpyElement)
    case rebuildTensor
    case rebuildParameter
    /// Any other name of a checkpoint.
    case object(String)

    init?(module: String, name: String) {
        switch (module, name) {
        case ("numpy", "ndarray"): self = .ndarray
        case ("numpy", "dtype"): self = .dtype
        case ("numpy.core.multiarray", "_reconstruct"), ("numpy._core.multiarray", "_reconstruct"): self = .reconstruct
        case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"): self = .scalar
        case ("numpy.core.numeric", "_frombuffer"), ("numpy._core.numeric", "_frombuffer"): self = .fromBuffer
        case ("_codecs", "encode"): self = .encode
        case ("collections", "OrderedDict"): self = .orderedDictionary
        case ("collections", "defaultdict"): self = .defaultDictionary
        case ("builtins", _), ("__builtin__", _):
            switch name {
            case "set", "frozenset": self = .set
            case "list": self = .list
            case "tuple": self = .tuple
            case "dict": self = .dictionary
            case "bytearray": self = .byteArray
            case "bytes": self = .bytes
            case "int", "float", "bool", "str": self = .number
            default: return nil
            }
        default: return nil
        }
    }
}
