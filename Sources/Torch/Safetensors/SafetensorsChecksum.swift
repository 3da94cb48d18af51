import Files

/// The checksum that a safetensors file holds of itself, in its metadata.
///
/// It covers all bytes of the file, with the placeholder in place of the checksum. Other readers
/// of safetensors ignore it.
enum SafetensorsChecksum {
    /// The key in the metadata.
    static let key = "checksum"
    /// The metadata of a file whose checksum is not known yet.
    static let placeholder = [key: Checksum.placeholder]

    /// Returns the place of the checksum in the bytes of a new header.
    static func place(in header: UnsafeRawBufferPointer) -> Range<Int>? {
        Checksum.place(of: "\"\(key)\":\"\(Checksum.placeholder)\"", in: header).map {
            let start = $0.upperBound - 1 - Checksum.placeholder.utf8.count
            return start..<$0.upperBound - 1
        }
    }

    /// Returns the checksum of a file's bytes; `nil` when the stated one has another form.
    static func found(in bytes: UnsafeRawBufferPointer, stated: String) -> String? {
        guard stated.utf8.count == Checksum.placeholder.utf8.count,
            let place = Checksum.place(of: stated, in: bytes)
        else { return nil }
        return Checksum.excluding(place, of: bytes).text
    }
}
