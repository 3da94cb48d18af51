import Testing

@testable import Files

@Suite struct FileMemoryTests {
    @Test(arguments: [
        ("1", 1), ("4K", 4096), ("512M", 536_870_912), ("3G", 3_221_225_472), ("2T", 2_199_023_255_552),
    ])
    func numbersAndSuffixes(text: String, expected: Int) { #expect(FileMemory.bytes(text) == expected) }

    @Test(arguments: ["", "G", "0", "-1G", "4 G", "1.5G", "4g", "99999999999T", "4GB"])
    func otherTextsAreRefused(text: String) { #expect(FileMemory.bytes(text) == nil) }
}

@Suite struct ControlCharacterTests {
    @Test(arguments: [
        ("plain, grün, 漢字", "plain, grün, 漢字"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{1B}[31m", "\\u{1B}[31m"),
        ("\u{2028}\u{202E}\u{0}", "\\u{2028}\\u{202E}\\u{0}"), ("\r\n", "\\r\\n"),
    ])
    func areEscaped(text: String, expected: String) {
        #expect(text.escapingControlCharacters == expected)
        #expect(FileError(path: "x", reason: text).description == "x: " + expected)
    }
}
