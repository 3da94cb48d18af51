/// The rules that recognise a file by its first bytes.
extension FileSignature {
    private static let magics: [(FileSignature, offset: Int, bytes: [UInt8])] = [
        (.gzip, 0, [0x1F, 0x8B]),
        (.bzip2, 0, Array("BZh".utf8)),
        (.xz, 0, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]),
        (.zstd, 0, [0x28, 0xB5, 0x2F, 0xFD]),
        (.zip, 0, [0x50, 0x4B, 0x03, 0x04]),
        (.zip, 0, [0x50, 0x4B, 0x05, 0x06]),
        (.tar, 257, Array("ustar".utf8)),
        (.sevenZip, 0, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        (.rar, 0, [0x52, 0x61, 0x72, 0x21, 0x1A, 0x07]),
        (.png, 0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        (.jpeg, 0, [0xFF, 0xD8, 0xFF]),
        (.gif, 0, Array("GIF8".utf8)),
        (.tiff, 0, [0x49, 0x49, 0x2A, 0x00]),
        (.tiff, 0, [0x4D, 0x4D, 0x00, 0x2A]),
        (.flac, 0, Array("fLaC".utf8)),
        (.ogg, 0, Array("OggS".utf8)),
        (.mp3, 0, Array("ID3".utf8)),
        (.npy, 0, [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]),
        (.hdf5, 0, [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]),
        (.matlab, 0, Array("MATLAB 5.0".utf8)),
        (.parquet, 0, Array("PAR1".utf8)),
        (.pdf, 0, Array("%PDF-".utf8)),
        (.office, 0, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        (.appleDouble, 0, [0x00, 0x05, 0x16, 0x07]),
        (.utf16, 0, [0xFF, 0xFE]),
        (.utf16, 0, [0xFE, 0xFF]),
    ]

    private static let containers: [String: [String: FileSignature]] = [
        "RIFF": ["WAVE": .wav, "WEBP": .webp], "RIFX": ["WAVE": .wav], "RF64": ["WAVE": .wav],
        "FORM": ["AIFF": .aiff, "AIFC": .aiff],
    ]

    /// Recognises binary formats by fixed bytes at a fixed place.
    static func magic(_ bytes: UnsafeRawBufferPointer) -> FileSignature? {
        // The first bytes of a length can be those of another format, so this comes first.
        if isSafetensors(bytes) { return .safetensors }
        if let match = magics.first(where: { bytes.dropFirst($0.offset).starts(with: $0.bytes) }) { return match.0 }
        if bytes.count >= 12 {
            func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
            if let match = containers[text(0..<4)]?[text(8..<12)] { return match }
        }
        if bytes.count >= 10, bytes[0] == 0x80, (2...5).contains(bytes[1]) { return .pickle }
        return nil
    }

    /// Recognises the eight bytes of a length, followed by a JSON object.
    private static func isSafetensors(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 10, bytes[5] == 0, bytes[6] == 0, bytes[7] == 0 else { return false }
        return bytes[8] == UInt8(ascii: "{") && [0x20, 0x09, 0x0A, 0x0D, 0x22, 0x7D].contains(bytes[9])
    }

    /// Recognises pages and pointers that stand in place of a file.
    static func markup(_ bytes: UnsafeRawBufferPointer) -> FileSignature? {
        var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        while start < min(bytes.count, 1024), [0x20, 0x09, 0x0A, 0x0D].contains(bytes[start]) { start += 1 }
        let head = String(decoding: bytes[start...].prefix(1024), as: UTF8.self).lowercased()
        if head.hasPrefix("version https://git-lfs") { return .lfsPointer }
        if head.hasPrefix("/annex/objects/") || head.hasPrefix("../.git/annex") { return .annexPointer }
        guard head.hasPrefix("<") else { return nil }
        if head.hasPrefix("<!doctype html") || head.hasPrefix("<html") || head.hasPrefix("<head") { return .html }
        if head.hasPrefix("<body") || head.contains("<html") { return .html }
        return head.hasPrefix("<?xml") || head.hasPrefix("<error") ? .xml : nil
    }

    /// Recognises text: UTF-8 without control characters.
    static func plain(_ bytes: UnsafeRawBufferPointer) -> FileSignature? {
        let head = bytes.prefix(2048)
        let controls = head.contains { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) || $0 == 0x7F }
        guard !controls else { return nil }
        // The head may end within a character.
        let isText = (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
        guard isText, let first = head.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else { return nil }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") { return .json }
        let lines = head.split(separator: 0x0A)
        let separators = [",", ";", "\t"].compactMap(\.utf8.first)
        let isTable = separators.contains { separator in lines.count > 0 && lines[0].contains(separator) }
        return isTable ? .table : .text
    }
}

/// The words for the kinds of content in messages.
extension FileSignature {
    /// The kind with its article, such as "an HTML page".
    public var phrase: String {
        switch self {
        case .empty: "empty"
        case .html: "an HTML page, not the file itself"
        case .xml: "an XML document"
        case .lfsPointer: "a Git LFS pointer, not the file itself"
        case .annexPointer: "a git-annex pointer, not the file itself"
        case .gzip: "compressed with gzip"
        case .bzip2: "compressed with bzip2"
        case .xz: "compressed with xz"
        case .zstd: "compressed with zstd"
        case .zip: "a zip archive, as .npz, .pt and .xlsx files are"
        case .tar: "a tar archive"
        case .sevenZip: "a 7z archive"
        case .rar: "a RAR archive"
        case .png: "a PNG image"
        case .jpeg: "a JPEG image"
        case .gif: "a GIF image"
        case .tiff: "a TIFF image"
        case .webp: "a WebP image"
        case .wav: "a WAV sound"
        case .aiff: "an AIFF sound"
        case .flac: "a FLAC sound"
        case .ogg: "an Ogg sound"
        case .mp3: "an MP3 sound"
        case .npy: "a NumPy array (.npy)"
        case .hdf5: "an HDF5 file"
        case .matlab: "a MATLAB file"
        case .parquet: "a Parquet table"
        case .pickle: "a Python pickle"
        case .safetensors: "a safetensors file"
        case .pdf: "a PDF document"
        case .office: "a document of Microsoft Office, such as .xls"
        case .utf16: "text in UTF-16"
        case .appleDouble: "metadata of macOS, not the file itself"
        case .json: "JSON text"
        case .table: "a text table such as CSV"
        case .text: "plain text"
        }
    }

    /// The way to get the file itself; `nil` if there is no general one.
    var advice: String? {
        switch self {
        case .empty: "download or copy it again"
        case .html: "download it again: the server sent a page, perhaps an error or a login"
        case .xml: "if it is an error message of the server, download it again"
        case .lfsPointer: "fetch the content with: git lfs pull"
        case .annexPointer: "fetch the content with: git annex get"
        case .gzip, .bzip2, .xz, .zstd, .sevenZip, .rar, .tar: "unpack it first"
        case .zip: "unpack it first, or save the sheet of a workbook as CSV"
        case .office: "save the sheet as CSV"
        case .utf16: "save it in UTF-8"
        case .appleDouble: "take the file of the same name without '._'"
        default: nil
        }
    }
}
