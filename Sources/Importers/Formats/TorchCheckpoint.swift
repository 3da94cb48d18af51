import Files

/// A checkpoint of PyTorch: a zip file of `torch.save` with a pickle and the numbers of its
/// tensors.
///
/// It is read without Python. Classes are neither looked up nor constructed: an object is a
/// dictionary of its attributes.
public struct TorchCheckpoint: Sendable {
    /// The path of the file.
    public let path: String
    /// The content of the pickle.
    public let value: PickleValue

    /// Reads a checkpoint.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - limits: The limits of memory and nesting. The numbers of all tensors together are
    ///     limited as well.
    /// - Throws: `FileError`, or `ReaderError` naming the file, the member and the byte.
    public init(path: String, limits: PickleReader.Limits = PickleReader.Limits()) throws {
        self.path = path
        var pickle: ByteRegion?
        var storages: [String: ByteRegion] = [:]
        var left = limits.memory
        try ArchiveReader.visit(path: path, limit: limits.memory) {
            Self.isPickle($0) || Self.key($0) != nil
        } _: {
            member in
            left -= member.bytes.count
            guard left >= 0 else {
                throw ReaderError(
                    file: path, reason: "needs more than \(limits.memory) bytes of memory; \(FileMemory.advice)")
            }
            if let key = Self.key(member.path) { storages[key] = member.bytes } else { pickle = member.bytes }
            return true
        }
        guard let pickle else {
            throw ReaderError(file: path, reason: "has no data.pkl, expected a checkpoint of torch.save")
        }
        value = try PickleReader.value(pickle, file: "\(path)/data.pkl", limits: limits, storages: storages)
    }

    private static func isPickle(_ member: String) -> Bool {
        member.split(separator: "/").last == "data.pkl"
    }

    /// Returns the key of a member that holds numbers.
    private static func key(_ member: String) -> String? {
        let parts = member.split(separator: "/")
        guard parts.count >= 2, parts[parts.count - 2] == "data" else { return nil }
        return String(parts[parts.count - 1])
    }
}

/// A module of PyTorch that a checkpoint stores as a whole object.
public struct TorchModule: Sendable {
    private let value: PickleValue

    /// Creates a module from a value; `nil` if it is none.
    public init?(_ value: PickleValue) {
        guard value["_parameters"] != nil, value["_modules"] != nil else { return nil }
        self.value = value
    }

    /// Returns an attribute, which is neither a parameter nor a module; `nil` if there is none.
    public subscript(attribute: String) -> PickleValue? { value[attribute] }

    /// Returns a module inside by its path, such as `layers.0.1`; `nil` if there is none.
    public func module(_ path: String) -> TorchModule? {
        path.split(separator: ".").reduce(self) { module, name in
            module?.value["_modules"]?[String(name)].flatMap(TorchModule.init)
        }
    }

    /// The names of the modules directly inside, in order.
    public var moduleNames: [String] { value["_modules"]?.keys ?? [] }

    /// The parameters and buffers by their dotted names. A shared one has several names.
    public var parameters: [String: NumpyArray] {
        var found: [String: NumpyArray] = [:]
        for kind in ["_parameters", "_buffers"] {
            for name in value[kind]?.keys ?? [] { found[name] = value[kind]?[name]?.array }
        }
        for name in moduleNames {
            guard let inner = module(name) else { continue }
            for (path, array) in inner.parameters { found["\(name).\(path)"] = array }
        }
        return found
    }
}
