import Files
import Torch

/// Bytes of a mapped file or of memory, which are passed around without copying.
public struct ByteRegion: Sendable {
    private enum Owner: Sendable {
        case file(MappedFile)
        case memory([UInt8])
    }

    private let owner: Owner
    /// The region's range within its owner.
    private let range: Range<Int>

    /// Creates a region of a whole mapped file.
    public init(_ file: MappedFile) {
        owner = .file(file)
        range = 0..<file.bytes.count
    }

    /// Creates a region of bytes in memory.
    public init(_ bytes: [UInt8]) {
        owner = .memory(bytes)
        range = 0..<bytes.count
    }

    /// Maps a file.
    ///
    /// - Throws: `FileError` when the file cannot be opened.
    public init(path: String) throws { self.init(try MappedFile(path: path)) }

    private init(owner: Owner, range: Range<Int>) {
        self.owner = owner
        self.range = range
    }

    /// The number of bytes.
    public var count: Int { range.count }

    /// Returns a part of the region by offsets within it, or `nil` if they exceed it.
    public func part(_ part: Range<Int>) -> ByteRegion? {
        guard part.lowerBound >= 0, part.upperBound <= count else { return nil }
        return ByteRegion(owner: owner, range: range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }

    /// Calls `body` with the bytes. The pointer must not escape `body`.
    ///
    /// - Throws: Any error of `body`.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch owner {
        case .file(let file):
            try withExtendedLifetime(file) { try body(UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
        case .memory(let bytes):
            try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
    }

    /// Returns a copy of the bytes.
    public func copied() -> [UInt8] { withBytes { Array($0) } }
}

extension ByteRegion {
    /// Checks that the content is not recognisably something else than expected.
    ///
    /// - Parameters:
    ///   - expected: A phrase for the expected content, such as "a Python pickle".
    ///   - accepted: The kinds of content that the reader accepts.
    ///   - file: The path to name in errors.
    /// - Throws: `ReaderError` that says what the content is.
    func check(_ expected: String, accepting accepted: Set<FileSignature> = [], file: String) throws {
        try withBytes { try Self.check($0, expected, accepting: accepted, file: file) }
    }

    /// Checks that the content is not recognisably something else than text.
    ///
    /// - Throws: `ReaderError` that says what the content is.
    func checkText(_ expected: String, file: String) throws {
        try check(expected, accepting: [.json, .table, .text], file: file)
    }

    /// Checks bytes as ``check(_:accepting:file:)`` does.
    ///
    /// - Throws: `ReaderError` that says what the content is.
    static func check(
        _ bytes: UnsafeRawBufferPointer, _ expected: String, accepting accepted: Set<FileSignature> = [], file: String
    ) throws {
        if let problem = FileSignature.mismatch(of: bytes, expected: expected, accepting: accepted) {
            throw ReaderError(file: file, reason: problem)
        }
    }
}
