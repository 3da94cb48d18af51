/// The parts of pickles that `torch.save` writes: tensors, whose numbers lie beside the pickle, and
/// objects, of which only the state is read.
extension PickleMachine {
    /// Pushes an object without state.
    func newObject() throws {
        guard case .tuple = try pop(), case .global(.object) = try pop() else {
            throw failure("expected the name of a class and its arguments")
        }
        try push(.dictionary(object()))
    }

    /// Returns the box of an object's state, which a dictionary represents.
    func object() throws -> PickleBox {
        let state = try box()
        state.isObject = true
        return state
    }

    /// Adds attributes to an object. Attributes of containers are dropped.
    func setState(_ state: PickleItem, of box: PickleBox) throws {
        guard box.isObject else { return }
        let parts: [PickleItem]
        if case .tuple(let tuple) = state { parts = tuple.items } else { parts = [state] }
        for part in parts {
            guard case .dictionary(let attributes) = part else { continue }
            try charge(attributes.items.count * MemoryLayout<PickleItem>.stride)
            box.items += attributes.items
        }
    }

    /// Pushes the numbers that a checkpoint stores under a key.
    func storage() throws {
        guard case .tuple(let tuple) = try pop(), tuple.items.count >= 5,
            case .global(.storage(let element)) = tuple.items[1], case .integer(let claimed) = tuple.items[4]
        else { throw failure("expected a storage with its type, its key and its size") }
        let key = try word(tuple.items[2])
        guard let region = storages?[key] else { throw failure("the checkpoint has no data/\(key.prefix(40))") }
        guard region.count % element.byteCount == 0, Int64(region.count / element.byteCount) == claimed else {
            throw failure("data/\(key) has \(region.count) bytes, expected \(claimed) numbers")
        }
        let result = try box()
        result.element = element
        result.region = region
        result.shape = [region.count / element.byteCount]
        try push(.array(result))
    }

    /// Returns the tensor with a storage, an offset, sizes and strides, all in numbers.
    func tensor(_ arguments: [PickleItem]) throws -> PickleItem {
        guard arguments.count >= 4, case .array(let storage) = arguments[0], case .integer(let start) = arguments[1],
            let offset = Int(exactly: start), offset >= 0, let element = storage.element, let region = storage.region
        else { throw failure("a tensor without storage, offset, sizes and strides") }
        let (sizes, strides) = (try shape(arguments[2]), try shape(arguments[3]))
        guard sizes.count == strides.count, let count = NumpyArray.count(of: sizes) else {
            throw failure("a tensor with \(sizes.count) sizes and \(strides.count) strides")
        }
        let numbers = region.count / element.byteCount
        let last = try zip(sizes, strides).reduce(offset) { place, axis in
            let (step, isTooFar) = max(0, axis.0 - 1).multipliedReportingOverflow(by: axis.1)
            guard !isTooFar, step <= numbers else { throw failure("a tensor exceeds its storage") }
            return place + step
        }
        guard count == 0 || last < numbers else { throw failure("a tensor exceeds its storage") }
        let result = try box()
        result.element = element
        result.shape = sizes
        result.region =
            isRowMajor(sizes, strides)
            ? region.part(offset * element.byteCount..<(offset + count) * element.byteCount)
            : try gathered(region, width: element.byteCount, offset: offset, sizes, strides, count: count)
        return .array(result)
    }

    private func isRowMajor(_ sizes: [Int], _ strides: [Int]) -> Bool {
        var expected = 1
        for (size, stride) in zip(sizes, strides).reversed() {
            guard size == 1 || stride == expected else { return false }
            expected *= size
        }
        return true
    }

    private func gathered(
        _ region: ByteRegion, width: Int, offset: Int, _ sizes: [Int], _ strides: [Int], count: Int
    ) throws -> ByteRegion {
        let (bytes, isTooLarge) = count.multipliedReportingOverflow(by: width)
        guard !isTooLarge else { throw failure("a tensor is too large") }
        try charge(bytes)
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes)
        region.withBytes { source in
            for index in 0..<count {
                var (rest, place) = (index, offset)
                for (size, stride) in zip(sizes, strides).reversed() {
                    place += rest % size * stride
                    rest /= size
                }
                copy.append(contentsOf: source[place * width..<(place + 1) * width])
            }
        }
        return ByteRegion(copy)
    }
}

extension PickleGlobal {
    private static let elements: [String: NumpyElement] = [
        "FloatStorage": .float(4), "DoubleStorage": .float(8), "HalfStorage": .float(2), "LongStorage": .signed(8),
        "IntStorage": .signed(4), "ShortStorage": .signed(2), "CharStorage": .signed(1), "ByteStorage": .unsigned(1),
        "BoolStorage": .bool,
    ]

    /// Creates the meaning of a name in a checkpoint. `nil` refuses a type of numbers.
    init?(checkpointModule module: String, name: String) {
        switch (module, name) {
        case ("torch._utils", "_rebuild_tensor_v2"), ("torch._utils", "_rebuild_tensor"): self = .rebuildTensor
        case ("torch._utils", "_rebuild_parameter"): self = .rebuildParameter
        case ("torch", _) where name.hasSuffix("Storage"):
            guard let element = Self.elements[name] else { return nil }
            self = .storage(element)
        default: self = PickleGlobal(module: module, name: name) ?? .object("\(module).\(name)")
        }
    }
}
