import CTorch

/// The element type of a tensor. The raw values are the names used by safetensors.
public enum DType: String, Sendable, Codable, CaseIterable {
    /// 32-bit floating point, the type of parameters and inputs.
    case float32 = "F32"
    /// 64-bit floating point.
    case float64 = "F64"
    /// IEEE half precision.
    case float16 = "F16"
    /// Brain floating point, with an 8-bit exponent.
    case bfloat16 = "BF16"
    /// 64-bit integer, the type of class labels.
    case int64 = "I64"
    /// 32-bit integer.
    case int32 = "I32"
    /// 16-bit integer.
    case int16 = "I16"
    /// 8-bit signed integer.
    case int8 = "I8"
    /// 8-bit unsigned integer.
    case uint8 = "U8"
    /// One byte, 0 or 1.
    case bool = "BOOL"

    /// The number of bytes per element.
    public var byteCount: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    var cValue: CTDType {
        switch self {
        case .float32: CT_FLOAT32
        case .float64: CT_FLOAT64
        case .float16: CT_FLOAT16
        case .bfloat16: CT_BFLOAT16
        case .int64: CT_INT64
        case .int32: CT_INT32
        case .int16: CT_INT16
        case .int8: CT_INT8
        case .uint8: CT_UINT8
        case .bool: CT_BOOL
        }
    }

    init?(cValue: Int32) {
        guard cValue >= 0, let match = Self.allCases.first(where: { $0.cValue.rawValue == UInt32(cValue) }) else {
            return nil
        }
        self = match
    }
}
