import Foundation
import Testing

@testable import Files

/// Files are recognised by their first bytes.
@Suite struct FileSignatureTests {
    private func signature(_ text: String) -> FileSignature? { signature(Array(text.utf8)) }

    private func signature(_ bytes: [UInt8]) -> FileSignature? {
        bytes.withUnsafeBytes { FileSignature(of: $0) }
    }

    @Test(arguments: [
        ("", FileSignature.empty), ("<!DOCTYPE html>\n<html><body>Not found</body></html>", .html),
        ("\u{FEFF}\n  <HTML lang=\"en\">", .html), ("<!-- page --><html>", .html),
        ("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>", .xml),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", .lfsPointer),
        ("/annex/objects/SHA256E-s12--ab.pkl\n", .annexPointer), ("{\"error\": 404}", .json), ("[1, 2]", .json),
        ("a,b\n1,2\n", .table), ("a;b\n1;2\n", .table), ("a\tb\n", .table), ("Not Found\n", .text),
    ])
    func textIsRecognised(text: String, expected: FileSignature) { #expect(signature(text) == expected) }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8, 0], FileSignature.gzip), ([0x50, 0x4B, 3, 4, 20, 0], .zip),
            ([0, 5, 0x16, 7, 0, 2, 0, 0], .appleDouble), ([0xFF, 0xFE, 0x61, 0], .utf16),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], .office),
            ([0x28, 0xB5, 0x2F, 0xFD, 0], .zstd), ([0xFF, 0xD8, 0xFF, 0xE0], .jpeg),
            ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0], .png),
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0], .hdf5),
            ([0x93] + Array("NUMPY".utf8) + [1, 0], .npy),
            (Array("RIFF".utf8) + [1, 2, 3, 4] + Array("WAVEfmt ".utf8), .wav),
            (Array("RF64".utf8) + [255, 255, 255, 255] + Array("WAVEds64".utf8), .wav),
            (Array("fLaC".utf8) + [0, 0, 0, 34], .flac), (Array("OggS".utf8) + [0, 2], .ogg),
            ([0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0], .pickle), ([2, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D], .safetensors),
            (Array(repeating: 0, count: 257) + Array("ustar\0".utf8), .tar),
        ] as [([UInt8], FileSignature)])
    func binaryContentIsRecognised(bytes: [UInt8], expected: FileSignature) { #expect(signature(bytes) == expected) }

    /// The length of a header, in the first bytes, may look like the beginning of another format:
    /// of a pickle, gzip, UTF-16, zip, JPEG, TIFF and zstd.
    @Test(
        arguments: [
            640, 896, 1152, 1408, 0x8B1F, 0xFEFF, 0xFFFE, 0x0403_4B50, 0xFF_D8FF, 0x2A_4949, 0xFD2F_B528,
        ] as [UInt64])
    func aSafetensorsFileIsRecognisedWhateverTheLengthOfItsHeader(length: UInt64) {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
        for start in ["{\"a\":", "{}", "{ "] { #expect(signature(bytes + Array(start.utf8)) == .safetensors) }
    }

    @Test func unknownContentIsNotGuessed() {
        #expect(signature([0, 0, 8, 3, 0, 0, 0, 1]) == nil)
        #expect(signature([0xC3, 0x28, 0x01, 0x02]) == nil)
    }

    @Test func messageSaysWhatToDo() {
        let page = "<html>".utf8.withContiguousStorageIfAvailable {
            FileSignature.mismatch(of: UnsafeRawBufferPointer($0), expected: "a Python pickle")
        }
        #expect(page??.hasPrefix("is an HTML page, not the file itself, expected a Python pickle; download it") == true)
        let pointer = FileSignature.lfsPointer.mismatch(expected: "an HDF5 file")
        #expect(pointer.contains("expected an HDF5 file") && pointer.hasSuffix("git lfs pull"))
        #expect(FileSignature.mismatchOfText(Data("a,b".utf8), expected: "a table") == nil)
    }
}
