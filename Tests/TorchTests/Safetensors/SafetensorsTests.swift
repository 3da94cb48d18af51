import Files
import Foundation
import TestSupport
import Testing

@testable import Torch

extension TemporaryFolder {
    fileprivate func write(header: String, data: Int = 0, to name: String = "case.safetensors") throws -> String {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
        return try write(length + Array(header.utf8) + [UInt8](repeating: 0, count: data), to: name)
    }
}

private let sample: [String: SafetensorsTensor] = [
    "image": SafetensorsTensor((0..<24).map(Float.init), shape: [2, 3, 4]),
    "mask/image": SafetensorsTensor([true, false, true, true, false, true], shape: [2, 3]),
    "target/größe \"x\"": SafetensorsTensor([Int64(-1), Int64.max], shape: [2]),
    "scalar": SafetensorsTensor([Float(2.5)], shape: []),
    "empty": SafetensorsTensor([Float](), shape: [0, 7]),
]

@Suite struct SafetensorsTests {
    @Test func whatIsWrittenIsRead() throws {
        let workspace = try TemporaryFolder()
        let path = workspace.path("a.safetensors")
        try SafetensorsWriter.write(sample, metadata: ["format": "pt", "note": "tab\there"], to: path)
        let file = try SafetensorsFile(path: path)
        #expect(file.metadata == ["format": "pt", "note": "tab\there"])
        #expect(Set(file.entries.keys) == Set(sample.keys))
        for (name, tensor) in sample {
            let entry = try file.entry(named: name)
            #expect(entry.dtype == tensor.dtype)
            #expect(entry.shape == tensor.shape)
            #expect(entry.byteRange.lowerBound % tensor.dtype.byteCount == 0)
            #expect(try file.withBytes(of: name, Array.init) == tensor.bytes)
        }
    }

    @Test func sameContentGivesSameBytesAndNoLeftovers() throws {
        let workspace = try TemporaryFolder()
        try SafetensorsWriter.write(sample, metadata: ["b": "2", "a": "1"], to: workspace.path("a"))
        try SafetensorsWriter.write(sample, metadata: ["a": "1", "b": "2"], to: workspace.path("b"))
        let first = FileManager.default.contents(atPath: workspace.path("a"))
        #expect(first != nil && first == FileManager.default.contents(atPath: workspace.path("b")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path).sorted() == ["a", "b"])
    }

    @Test func streamMatchesWriter() throws {
        let workspace = try TemporaryFolder()
        try SafetensorsWriter.write(sample, to: workspace.path("whole"))
        let stream = try SafetensorsStream(
            path: workspace.path("pieces"), tensors: sample.mapValues { .init($0.dtype, $0.shape) })
        for (name, tensor) in sample {
            for byte in tensor.bytes { try stream.append([byte], to: name) }
        }
        try stream.finish()
        #expect(
            FileManager.default.contents(atPath: workspace.path("whole"))
                == FileManager.default.contents(atPath: workspace.path("pieces")))
    }

    @Test func incompleteStreamLeavesNothing() throws {
        let workspace = try TemporaryFolder()
        do {
            let stream = try SafetensorsStream(
                path: workspace.path("x"), tensors: ["a": .init(.float32, [2]), "b": .init(.uint8, [1])])
            try stream.append([Float(1)], to: "a")
            #expect { try stream.append([Float(1), 2], to: "a") } throws: { "\($0)".contains("'a'") }
            #expect { try stream.append([UInt8(1)], to: "c") } throws: { "\($0)".contains("'c': was not declared") }
            #expect { try stream.finish() } throws: { "\($0)".contains("tensor 'a': 4 of 8 bytes") }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.path).isEmpty)
    }

    @Test func wrongByteCountKeepsTheOldFile() throws {
        let workspace = try TemporaryFolder()
        try SafetensorsWriter.write(["a": SafetensorsTensor([Float(1)], shape: [1])], to: workspace.path("x"))
        let before = FileManager.default.contents(atPath: workspace.path("x"))
        let bad = SafetensorsTensor(dtype: .float32, shape: [3], bytes: [0, 0, 0, 0])
        #expect(throws: SafetensorsError.self) { try SafetensorsWriter.write(["a": bad], to: workspace.path("x")) }
        #expect(FileManager.default.contents(atPath: workspace.path("x")) == before)
    }

    @Test func missingFileAndFolderAreNamed() throws {
        let workspace = try TemporaryFolder()
        let missing = workspace.path("nowhere/x.safetensors")
        #expect(throws: FileError(path: missing, reason: "No such file or directory")) {
            try SafetensorsFile(path: missing)
        }
        #expect { try SafetensorsFile(path: workspace.path) } throws: { "\($0)".contains("not a regular file") }
        #expect(throws: FileError.self) { try SafetensorsWriter.write(sample, to: missing) }
    }

    @Test(arguments: [
        ("{}", 1, "1 bytes at the end"),
        ("{", 0, "expected '\"'"),
        ("[]", 0, "expected '{'"),
        ("{} x", 0, "after the header"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 3, "exceed the 3 bytes"),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4, "does not fill its 4 bytes"),
        (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4, "non-negative integer"),
        (#"{"a":{"dtype":"U16","shape":[2],"data_offsets":[0,4]}}"#, 4, "dtype U16 is not supported"),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "needs dtype, shape and data_offsets"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, "unknown key 'x'"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8, "expected 0: gap or overlap"),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            4, "'b': data begins at 0, expected 4"
        ),
        (
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            4, "duplicate tensor 'a'"
        ),
        (#"{"a":{"dtype":"F32","shape":[1152921504606846976,16],"data_offsets":[0,4]}}"#, 4, "does not fill"),
        (
            #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4,
            "number out of range; expected less than 2^63"
        ),
        (#"{"__metadata__":{"a":1}}"#, 0, "expected '\"'"),
        (#"{"\ud800":{}}"#, 0, "surrogate"),
    ])
    func badHeadersAreRefused(header: String, data: Int, expected: String) throws {
        let workspace = try TemporaryFolder()
        let path = try workspace.write(header: header, data: data)
        #expect {
            try SafetensorsFile(path: path)
        } throws: {
            "\($0)".contains("case.safetensors") && "\($0)".contains(expected) && !"\($0)".contains("\n")
        }
    }

    @Test func truncatedAndExaggeratedFilesAreRefused() throws {
        let workspace = try TemporaryFolder()
        try SafetensorsWriter.write(sample, to: workspace.path("x"))
        let whole = try #require(FileManager.default.contents(atPath: workspace.path("x")))
        for length in 0..<whole.count {
            let path = try workspace.write(Array(whole.prefix(length)), to: "short")
            #expect(throws: SafetensorsError.self) { try SafetensorsFile(path: path) }
        }
        let huge = withUnsafeBytes(of: (UInt64(1) << 60).littleEndian, Array.init)
        let path = try workspace.write(huge + Array(whole.dropFirst(8)), to: "huge")
        #expect { try SafetensorsFile(path: path) } throws: { "\($0)".contains("1152921504606846976") }
    }

    /// Whatever the mutation, the file opens with valid byte ranges or is rejected with a typed
    /// error.
    @Test func twoThousandMutationsNeverCrash() throws {
        let workspace = try TemporaryFolder()
        try SafetensorsWriter.write(sample, metadata: ["k": "v\u{1}"], to: workspace.path("x"))
        let original = Array(try #require(FileManager.default.contents(atPath: workspace.path("x"))))
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var refused = 0
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0...next(4) {
                switch next(4) {
                case 0: bytes[next(bytes.count)] = UInt8(next(256))
                case 1: bytes[next(min(bytes.count, 600))] ^= UInt8(1 << next(8))
                case 2: bytes.removeSubrange(next(bytes.count)..<bytes.count)
                default: bytes.insert(UInt8(next(256)), at: next(bytes.count + 1))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let path = try workspace.write(bytes, to: "mutant")
            do {
                let file = try SafetensorsFile(path: path)
                for (name, entry) in file.entries {
                    #expect(entry.byteRange.upperBound <= bytes.count)
                    _ = try file.withBytes(of: name) { $0.last }
                }
            } catch is SafetensorsError {
                refused += 1
            }
        }
        #expect(refused > 1000)
    }
}
