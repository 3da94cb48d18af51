import Foundation
import Testing

/// A folder that a test fills and that disappears with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "multimodal-tests-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ bytes: [UInt8], to name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String { try write(Array(text.utf8), to: name) }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: path(name))))
    }

    /// Copies a folder of the test fixtures in here.
    func copy(fixture: String) throws -> String {
        try FileManager.default.copyItem(atPath: Fixtures.path(fixture), toPath: path(fixture))
        return path(fixture)
    }
}

/// Where the fixtures beside the tests lie.
enum Fixtures {
    static func path(_ name: String, file: String = #filePath) -> String {
        (file as NSString).deletingLastPathComponent + "/Fixtures/" + name
    }
}

/// Small seeded generator for mutations.
struct Mutations {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, bound)))
    }

    /// One to four changes: bytes replaced, bits flipped, bytes inserted, pieces cut out, the end cut off.
    mutating func mutate(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...next(4) where !bytes.isEmpty {
            switch next(6) {
            case 0: bytes[next(bytes.count)] = UInt8(next(256))
            case 1: bytes[next(bytes.count)] ^= UInt8(1 << next(8))
            case 2: bytes[next(min(bytes.count, 200))] = [0, 1, 0x7F, 0x80, 0xFF, 0x2E][next(6)]
            case 3: bytes.insert(UInt8(next(256)), at: next(bytes.count + 1))
            case 4:
                let start = next(bytes.count)
                bytes.removeSubrange(start..<min(bytes.count, start + 1 + next(16)))
            default: bytes.removeSubrange(next(bytes.count)..<bytes.count)
            }
        }
        return bytes
    }
}
