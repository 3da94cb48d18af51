import Foundation

/// The kind of content of a file, recognised by its first bytes.
///
/// Readers use it to name what a file is when it is not what they expect: an error page saved under
/// the name of a dataset, a pointer that Git LFS left in place of a file, an archive that was not
/// unpacked.
public enum FileSignature: CaseIterable, Hashable, Sendable {
    /// A file without bytes.
    case empty
    /// A web page, often the error or login page of a server.
    case html
    /// An XML document, often the error message of a storage server.
    case xml
    /// The text that Git LFS leaves in place of a file.
    case lfsPointer
    /// The text that git-annex leaves in place of a file.
    case annexPointer
    /// Bytes compressed by gzip.
    case gzip
    /// Bytes compressed by bzip2.
    case bzip2
    /// Bytes compressed by xz.
    case xz
    /// Bytes compressed by Zstandard.
    case zstd
    /// A zip archive, which includes `.npz` files and checkpoints of PyTorch.
    case zip
    /// A tar archive.
    case tar
    /// A 7z archive.
    case sevenZip
    /// A RAR archive.
    case rar
    /// A PNG image.
    case png
    /// A JPEG image.
    case jpeg
    /// A GIF image.
    case gif
    /// A TIFF image.
    case tiff
    /// A WebP image.
    case webp
    /// WAV audio, also with 64-bit sizes (RF64).
    case wav
    /// AIFF audio.
    case aiff
    /// FLAC audio.
    case flac
    /// Audio in an Ogg container.
    case ogg
    /// MP3 audio.
    case mp3
    /// A NumPy array.
    case npy
    /// An HDF5 file.
    case hdf5
    /// A MATLAB file of version 5.
    case matlab
    /// An Apache Parquet table.
    case parquet
    /// A Python pickle of protocol 2 or later.
    case pickle
    /// A safetensors file.
    case safetensors
    /// A PDF document.
    case pdf
    /// A document of older versions of Microsoft Office, such as `.xls`.
    case office
    /// Text in UTF-16, as some spreadsheets export it.
    case utf16
    /// Metadata that macOS writes beside a file, under its name with `._` in front.
    case appleDouble
    /// JSON text.
    case json
    /// Text with separators: a table such as CSV.
    case table
    /// Other text.
    case text

    /// Recognises the content of a file by its first bytes, or returns `nil`.
    public init?(of bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else {
            self = .empty
            return
        }
        guard let match = Self.markup(bytes) ?? Self.magic(bytes) ?? Self.plain(bytes) else { return nil }
        self = match
    }

    /// True for text that readers of text formats may accept.
    public var isText: Bool { [.json, .table, .text].contains(self) }

    /// True for formats of sound that libsndfile decodes.
    public var isSound: Bool { [.wav, .aiff, .flac, .ogg].contains(self) }

    /// Returns the problem of a file that has other content than expected, for an error message.
    ///
    /// - Parameter expected: A phrase for the expected content, such as "a Python pickle".
    public func mismatch(expected: String) -> String {
        let advice = advice.map { "; \($0)" } ?? ""
        return "is \(phrase), expected \(expected)\(advice)"
    }

    /// Returns the problem of a file that has other content than expected; `nil` when the content
    /// is expected or is not recognised.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of the file.
    ///   - expected: A phrase for the expected content.
    ///   - accepted: The kinds of content that the reader accepts.
    public static func mismatch(
        of bytes: UnsafeRawBufferPointer, expected: String, accepting accepted: Set<FileSignature> = []
    ) -> String? {
        guard let found = Self(of: bytes), !accepted.contains(found) else { return nil }
        return found.mismatch(expected: expected)
    }

    /// Returns the problem of a text file that has other content than text; `nil` for text.
    public static func mismatchOfText(_ data: Data, expected: String) -> String? {
        data.withUnsafeBytes { mismatch(of: $0, expected: expected, accepting: [.json, .table, .text]) }
    }
}
