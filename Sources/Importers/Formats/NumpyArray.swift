/// A NumPy array of numbers or texts, backed by the bytes of its file.
public struct NumpyArray: Sendable {
    /// The sizes of the axes; empty for a single element.
    public let shape: [Int]
    /// The type of the elements.
    public let element: NumpyElement
    private let isBigEndian: Bool
    private let isColumnMajor: Bool
    private let region: ByteRegion

    /// Creates an array over its bytes; `nil` if they do not match the shape.
    init?(shape: [Int], element: NumpyElement, isBigEndian: Bool, isColumnMajor: Bool, region: ByteRegion) {
        guard let count = Self.count(of: shape), element != .object,
            case let (bytes, overflow) = count.multipliedReportingOverflow(by: element.byteCount), !overflow,
            bytes == region.count, element.byteCount > 0 || count <= 1 << 20
        else { return nil }
        self.shape = shape
        self.element = element
        self.isBigEndian = isBigEndian
        self.isColumnMajor = isColumnMajor
        self.region = region
    }

    /// Returns the number of elements, or `nil` if it overflows.
    static func count(of shape: [Int]) -> Int? {
        var total = 1
        for size in shape {
            let (product, overflow) = total.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { return nil }
            total = product
        }
        return total
    }

    /// Returns one row along the first axis; `nil` if the index is out of range.
    ///
    /// The row is copied only if the array is column-major, as Fortran and transposing make it.
    public func row(_ index: Int) -> NumpyArray? {
        guard let rows = shape.first, (0..<rows).contains(index) else { return nil }
        if isColumnMajor, shape.count > 1 { return gatheredRow(index, of: rows) }
        let width = region.count / rows
        return region.part(index * width..<(index + 1) * width).flatMap {
            NumpyArray(
                shape: Array(shape.dropFirst()), element: element, isBigEndian: isBigEndian, isColumnMajor: false,
                region: $0)
        }
    }

    private func gatheredRow(_ index: Int, of rows: Int) -> NumpyArray? {
        let width = element.byteCount
        var copy: [UInt8] = []
        copy.reserveCapacity(region.count / rows)
        region.withBytes { bytes in
            for place in stride(from: index, to: count, by: rows) {
                copy.append(contentsOf: bytes[place * width..<(place + 1) * width])
            }
        }
        return NumpyArray(
            shape: Array(shape.dropFirst()), element: element, isBigEndian: isBigEndian, isColumnMajor: true,
            region: ByteRegion(copy))
    }

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }

    /// Returns all elements in row-major order in double precision; `nil` for texts.
    public func doubles() -> [Double]? {
        switch element {
        case .bool: mapped { bytes, offset in bytes[offset] == 0 ? 0 : 1 }
        case .signed, .unsigned: integers().map { $0.map(Double.init) }
        case .float(2): mapped { Double(Self.half(bits: raw($0, $1))) }
        case .float(4): mapped { Double(Float(bitPattern: raw($0, $1))) }
        case .float: mapped { Double(bitPattern: raw($0, $1)) }
        case .text, .bytes, .object: nil
        }
    }

    /// Returns all elements in row-major order if they are unsigned bytes; otherwise `nil`.
    public func bytes() -> [UInt8]? {
        guard element == .unsigned(1) else { return nil }
        return mapped { $0[$1] }
    }

    /// Returns all elements in row-major order in single precision; `nil` for texts.
    public func floats() -> [Float]? {
        switch element {
        case .float(4): mapped { Float(bitPattern: raw($0, $1)) }
        default: doubles().map { $0.map(Float.init) }
        }
    }

    /// Returns all elements in row-major order; `nil` for floating point and texts. Unsigned
    /// integers of 2^63 or more wrap around.
    public func integers() -> [Int64]? {
        switch element {
        case .bool: mapped { bytes, offset in bytes[offset] == 0 ? 0 : 1 }
        case .signed(1): mapped { Int64(Int8(bitPattern: $0[$1])) }
        case .signed(2): mapped { Int64(Int16(bitPattern: raw($0, $1))) }
        case .signed(4): mapped { Int64(Int32(bitPattern: raw($0, $1))) }
        case .signed: mapped { Int64(bitPattern: raw($0, $1)) }
        case .unsigned(1): mapped { Int64($0[$1]) }
        case .unsigned(2): mapped { Int64(raw($0, $1) as UInt16) }
        case .unsigned(4): mapped { Int64(raw($0, $1) as UInt32) }
        case .unsigned: mapped { Int64(bitPattern: raw($0, $1)) }
        case .float, .text, .bytes, .object: nil
        }
    }

    /// Returns all elements in row-major order; `nil` for numbers. Invalid characters become
    /// U+FFFD.
    public func strings() -> [String]? {
        switch element {
        case .text(let width):
            mapped { bytes, offset in
                var text = String.UnicodeScalarView()
                for index in 0..<width {
                    let scalar: UInt32 = raw(bytes, offset + index * 4)
                    guard scalar != 0 else { break }
                    text.append(Unicode.Scalar(scalar) ?? "\u{FFFD}")
                }
                return String(text)
            }
        case .bytes(let width):
            mapped { bytes, offset in
                String(decoding: bytes[offset..<offset + width].prefix { $0 != 0 }, as: UTF8.self)
            }
        default: nil
        }
    }

    private func mapped<Value>(_ read: (UnsafeRawBufferPointer, Int) -> Value) -> [Value] {
        region.withBytes { bytes in
            let width = element.byteCount
            guard isColumnMajor, shape.count > 1 else { return (0..<count).map { read(bytes, $0 * width) } }
            var strides = [Int](repeating: 1, count: shape.count)
            for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
            return (0..<count).map { index in
                var rest = index
                var source = 0
                for axis in shape.indices.reversed() {
                    source += rest % shape[axis] * strides[axis]
                    rest /= shape[axis]
                }
                return read(bytes, source * width)
            }
        }
    }

    private func raw<Bits: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Bits
    {
        let bits = bytes.loadUnaligned(fromByteOffset: offset, as: Bits.self)
        return isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)
    }

    /// Decodes IEEE half precision without `Float16`, which some platforms lack.
    private static func half(bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10) & 0x1F
        let fraction = Float(bits & 0x3FF) / 1024
        switch exponent {
        case 0: return sign * fraction * 0x1p-14
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * (1 + fraction) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
        }
    }
}
