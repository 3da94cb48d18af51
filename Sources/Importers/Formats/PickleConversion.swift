/// Converts the boxes of a finished pickle into values.
struct PickleConversion {
    private let file: String
    private let limits: PickleReader.Limits
    private var finished: [ObjectIdentifier: PickleValue] = [:]
    private var open: Set<ObjectIdentifier> = []

    init(file: String, limits: PickleReader.Limits) {
        self.file = file
        self.limits = limits
    }

    /// Converts one item.
    ///
    /// - Throws: `ReaderError` for containers that contain themselves or are nested too deeply,
    ///   and for arrays whose bytes do not match their shape.
    mutating func value(_ item: PickleItem, depth: Int) throws -> PickleValue {
        switch item {
        case .none: return .none
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .bytes(let region): return .bytes(region)
        case .text(let region):
            guard let text = region.withBytes({ String(validating: $0, as: UTF8.self) }) else {
                throw failure("text is not UTF-8")
            }
            return .text(text)
        case .global(.object(let name)): return .text(name)
        case .mark, .global, .type: throw failure("a name where a value is expected")
        case .list(let box), .tuple(let box): return try convert(box, depth) { .list($0) }
        case .array(let box): return try convert(box, depth) { [self] in try array(box, $0) }
        case .dictionary(let box):
            return try convert(box, depth) { items in
                .dictionary(stride(from: 0, to: items.count - 1, by: 2).map { (items[$0], items[$0 + 1]) })
            }
        }
    }

    private mutating func convert(
        _ box: PickleBox,
        _ depth: Int,
        _ make: ([PickleValue]) throws -> PickleValue
    ) throws -> PickleValue {
        let identity = ObjectIdentifier(box)
        if let value = finished[identity] { return value }
        guard depth < limits.depth else { throw failure("containers are nested more than \(limits.depth) levels deep") }
        guard open.insert(identity).inserted else { throw failure("a container contains itself") }
        defer { open.remove(identity) }
        var items: [PickleValue] = []
        items.reserveCapacity(box.items.count)
        for item in box.items { items.append(try value(item, depth: depth + 1)) }
        let value = try make(items)
        finished[identity] = value
        return value
    }

    private func array(_ box: PickleBox, _ items: [PickleValue]) throws -> PickleValue {
        guard let element = box.element else { throw failure("an array without a type") }
        if element == .object {
            guard NumpyArray.count(of: box.shape) == items.count, !box.isColumnMajor || box.shape.count < 2 else {
                throw failure("\(items.count) objects do not fill an array of shape \(box.shape)")
            }
            return .objects(shape: box.shape, items)
        }
        guard let region = box.region,
            let array = NumpyArray(
                shape: box.shape, element: element, isBigEndian: box.isBigEndian, isColumnMajor: box.isColumnMajor,
                region: region)
        else { throw failure("\(box.region?.count ?? 0) bytes do not fill an array of shape \(box.shape)") }
        return .array(array)
    }

    private func failure(_ reason: String) -> ReaderError { ReaderError(file: file, reason: reason) }
}
