import Files
import Foundation
import TestSupport
import Testing

@testable import Importers

private func sound(_ name: String) throws -> [UInt8] {
    try Array(#require(FileManager.default.contents(atPath: Fixtures.path("sound-files/" + name))))
}

/// Sounds that were cut while they were copied, and the kinds of WAV that are whole.
@Suite struct SoundFaultTests {
    @Test(arguments: ["tone.wav", "tone64.rf64"])
    func cutSoundIsRefused(name: String) throws {
        let bytes = try sound(name)
        #expect(try WAVReader.sound(ByteRegion(bytes), file: name).samples.count == 400)
        for count in [bytes.count / 2, bytes.count - 1, bytes.count - 2] {
            #expect { try WAVReader.sound(ByteRegion(Array(bytes.prefix(count))), file: name) } throws: {
                "\($0)".contains(
                    "truncated: the header states 800 bytes of sound, but \(800 - bytes.count + count) follow")
            }
        }
    }

    /// Programs that write to a pipe do not know the size; the sound then ends with the file.
    @Test(arguments: [[0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0xF0, 0xFF, 0x7F]] as [[UInt8]])
    func unknownSizesEndWithTheFile(size: [UInt8]) throws {
        var bytes = try sound("tone.wav")
        let place = try #require(bytes.indices.first { Array(bytes[$0...].prefix(4)) == Array("data".utf8) })
        bytes.replaceSubrange(place + 4..<place + 8, with: size)
        #expect(try WAVReader.sound(ByteRegion(bytes), file: "x").samples.count == 400)
    }

    @Test func cutOggIsRefused() throws {
        let bytes = try sound("tone.ogg")
        func check(_ count: Int) throws {
            try Array(bytes.prefix(count)).withUnsafeBytes { try SoundTruncation.check($0, file: "x.ogg") }
        }
        try check(bytes.count)
        for count in [100, bytes.count / 2, bytes.count - 1] {
            #expect { try check(count) } throws: { "\($0)".hasPrefix("x.ogg: truncated: the last page") }
        }
    }

    /// The file is of a constant rate; the first of its ten frames states the number of the others.
    @Test func cutMP3IsRefused() throws {
        let bytes = try sound("tone.mp3")
        #expect(try SoundFile.header(path: Fixtures.path("sound-files/tone.mp3")).rate == 8000)
        #expect(abs(try SoundFile.sound(path: Fixtures.path("sound-files/tone.mp3")).samples.count - 4000) < 2400)
        func check(_ bytes: [UInt8]) throws {
            try bytes.withUnsafeBytes { try SoundTruncation.check($0, file: "x.mp3") }
        }
        try check(bytes)
        // A tag before the sound, and one behind it.
        try check(
            Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 3, 1, 2, 3] + bytes + Array("TAG".utf8)
                + Array(repeating: 0, count: 125))
        for count in [bytes.count - 1, bytes.count / 2] {
            #expect { try check(Array(bytes.prefix(count))) } throws: {
                "\($0)".hasPrefix("x.mp3: ") && "\($0)".contains("truncated: the ")
            }
        }
        // The first frame has 288 bytes, the others 360 or more.
        let frames = [UInt8](bytes.prefix(288 + 360))
        if (try? check(frames)) != nil { Issue.record("a file that ends after its second frame was accepted") }
    }

    private func recordings() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.copy(Fixtures.path("field-files/multimedia/fsdd"), as: "fsdd")
        return folder
    }

    private func speaker(_ folder: TemporaryFolder, remark: (ImportRemark) -> Void = { _ in }) throws -> Int {
        let dataset = try RecipeCatalogue.recipe(named: "speaker").run(
            from: folder.path("fsdd"), to: folder.path("out"), remark: remark)
        return dataset.train.count + dataset.valid.count + dataset.test.count
    }

    @Test func endingsInUpperCaseAreReadAndFilesOfMacOSCounted() throws {
        let folder = try recordings()
        let files = FileManager.default
        try files.moveItem(atPath: folder.path("fsdd/0_theo_0.wav"), toPath: folder.path("fsdd/0_theo_0.WAV"))
        try folder.write([0, 5, 22, 7, 0, 2], to: "fsdd/._0_theo_0.wav")
        try folder.write([0, 5, 22, 7, 0, 2], to: "fsdd/._1_theo_0.wav")
        var remarks: [ImportRemark] = []
        #expect(try speaker(folder) { remarks.append($0) } == 60)
        #expect(remarks.map(\.kind) == [.leftOut] && remarks[0].count == 2)
        #expect(remarks[0].subject == "files of macOS (._…)")
    }

    /// The recording is in FLAC and at twice the rate, converted by SciPy.
    @Test func otherFormatsAndRatesAreConverted() throws {
        let folder = try recordings()
        func samples() throws -> [Float] {
            let digits = try SpokenDigits(folder: folder.path("fsdd"), remarks: ImportRemarks()) { _ in }
            return try #require(digits.recordings.first { $0.digit == 0 && $0.speaker == 4 && $0.take == 0 }).samples
        }
        let expected = try samples()
        try FileManager.default.removeItem(atPath: folder.path("fsdd/0_theo_0.wav"))
        try folder.copy(Fixtures.path("sound-files/0_theo_0.flac"), as: "fsdd/0_theo_0.flac")
        var remarks: [ImportRemark] = []
        #expect(try speaker(folder) { remarks.append($0) } == 60)
        #expect(remarks.map(\.subject) == ["recordings from 16000 to 8000 Hz"] && remarks[0].count == 1)
        let found = try samples()
        let error = zip(found, expected).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
        let energy = expected.map { $0 * $0 }.reduce(0, +)
        #expect(found.count == expected.count && error < 0.001 * energy)
    }

    @Test func unknownSpeakerIsToldTheKnownOnes() throws {
        let folder = try recordings()
        try folder.copy(folder.path("fsdd/0_theo_0.wav"), as: "fsdd/0_maria_0.wav")
        #expect { try speaker(folder) } throws: {
            "\($0)".contains("0_maria_0.wav: unknown speaker 'maria'")
                && "\($0)".contains("george, jackson, lucas, nicolas, theo, yweweler")
        }
    }
}
