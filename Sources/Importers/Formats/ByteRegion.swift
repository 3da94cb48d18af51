import Files
import Torch

/// Bytes of a mapped file, or of memory, that can be passed around without being copied.
public struct ByteRegion: Sendable {
    private enum Owner: Sendable {
        case file(MappedFile)
        case memory([UInt8])
    }

    private let owner: Owner
    /// The part of the owner that this region is.
    private let range: Range<Int>

    /// A whole mapped file.
    public init(_ file: MappedFile) {
        owner = .file(file)
        range = 0..<file.bytes.count
    }

    /// Bytes in memory.
    public init(_ bytes: [UInt8]) {
        owner = .memory(bytes)
        range = 0..<bytes.count
    }

    /// Maps a file.
    ///
    /// - Throws: `FileError` when it cannot be opened.
    public init(path: String) throws { self.init(try MappedFile(path: path)) }

    private init(owner: Owner, range: Range<Int>) {
        self.owner = owner
        self.range = range
    }

    /// Number of bytes.
    public var count: Int { range.count }

    /// A part of the region by offsets within it, or `nil` where they leave it.
    public func part(_ part: Range<Int>) -> ByteRegion? {
        guard part.lowerBound >= 0, part.upperBound <= count else { return nil }
        return ByteRegion(
            owner: owner,
            range: range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound
        )
    }

    /// Gives the bytes; the pointer must not leave `body`.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        switch owner {
        case .file(let file):
            try withExtendedLifetime(file) { try body(UnsafeRawBufferPointer(rebasing: file.bytes[range])) }
        case .memory(let bytes):
            try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        }
    }

    /// A copy of the bytes.
    public func copied() -> [UInt8] { withBytes { Array($0) } }
}
