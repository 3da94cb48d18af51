import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func file(_ name: String) -> String { Fixtures.path("numpy-files/" + name) }

private func read(_ bytes: [UInt8], limits: PickleReader.Limits = .init()) throws -> PickleValue {
    try PickleReader.value(ByteRegion(bytes), file: "x.pickle", limits: limits)
}

private func read(_ text: String) throws -> PickleValue { try read(Array(text.utf8)) }

@Suite struct PickleReaderTests {
    @Test(arguments: 0...5)
    func everyProtocolGivesTheSameValues(version: Int) throws {
        let value = try PickleReader.value(path: file("protocol\(version).pickle"))
        if case .none? = value["none"] {} else { Issue.record("none is \(String(describing: value["none"]))") }
        #expect(value["flags"]?.elements?.map(\.double) == [1, 0])
        #expect(value["whole"]?.elements?.map(\.double) == [0, 255, 65535, -1, 0x1p40, -0x1p40])
        #expect(value["fractions"]?.elements?.map(\.double) == [0.5, -1e300])
        #expect(value["array"]?.array?.shape == [2, 3])
        #expect(value["array"]?.array?.doubles() == [0, 0.5, 1, 1.5, 2, 2.5])
        #expect(value["objects"]?.elements?.last?.string == "x")
        #expect(value["scalars"]?.elements?.map(\.double) == [1.5, -3, 1])
        #expect(value["set"]?.elements?.map(\.double) == [7])
        #expect(value["ordered"]?["a"]?.double == 1 && value["ordered"]?["b"]?.double == 2)
        #expect(value["default"]?["k"]?.elements?.count == 1)
        #expect(value["shared"]?.elements?[1]["b"]?.double == 2)
        #expect(value["text"]?.string == "größe\n'quoted' \\")
        guard case .bytes(let bytes)? = value["bytes"] else {
            Issue.record("bytes are \(String(describing: value["bytes"]))")
            return
        }
        #expect(bytes.copied() == Array(0...255))
    }

    /// Python 2 wrote text as bytes.
    @Test func textWrittenByPython2() throws {
        let value = try read("(dp0\nS'k\\x41\\n'\np1\nI01\nsS\"q'\"\nL12L\ns.")
        #expect(value["kA\n"]?.double == 1 && value["q'"]?.double == 12)
        #expect(try read("U\u{3}abc.").string == "abc")
    }

    @Test(arguments: [
        ("system.pickle", "refuses posix.system"), ("eval.pickle", "refuses builtins.eval"),
        ("object.pickle", "refuses __main__.Plain"), ("loop.pickle", "a container contains itself"),
    ])
    func hostileFilesAreRefusedByName(name: String, expected: String) {
        #expect {
            try PickleReader.value(path: file(name))
        } throws: {
            "\($0)".contains(name) && "\($0)".contains(expected) && !"\($0)".contains("\n")
        }
    }

    @Test(arguments: [
        ("cos\nsystem\n(S'true'\ntR.", "byte 0: refuses os.system"),
        ("(S'true'\nios\nsystem\n.", "byte 9: refuses os.system"),
        ("cbuiltins\ngetattr\n.", "refuses builtins.getattr"),
        ("cnumpy\nload\n.", "refuses numpy.load"),
        ("cnumpy\nndarray\n)R.", "refuses to construct"),
        ("cnumpy\nndarray\n.", "a name where a value is expected"),
        ("cnumpy\nndarray\n)\u{81}.", "unknown opcode"),
        ("P7\n.", "stored outside"),
        ("I7\nQ.", "stored outside"),
        ("I99999999999999999999\n.", "not a 64-bit integer"),
        ("X\u{7f}\u{7f}\u{7f}\u{7f}.", "claims 2139062143 bytes"),
        ("(I1\n", "truncated"),
        (".", "the stack is empty"),
        ("t.", "no mark on the stack"),
        ("g7\n.", "memo index 7 was never set"),
        ("(I1\nd.", "a key without a value"),
    ])
    func badProgramsAreRefused(text: String, expected: String) {
        #expect { try read(text) } throws: { "\($0)".contains(expected) && "\($0)".contains("x.pickle") }
    }

    @Test func deepNestingIsRefusedWithoutOverflow() throws {
        let opening = [UInt8](repeating: UInt8(ascii: "]"), count: 300_000)
        let closing = [UInt8](repeating: UInt8(ascii: "a"), count: 299_999)
        #expect { try read(opening + closing + [0x2E]) } throws: { "\($0)".contains("nested more than 64 levels deep") }
        let tuples = [UInt8(ascii: ")")] + [UInt8](repeating: 0x85, count: 300_000) + [0x2E]
        #expect { try read(tuples) } throws: { "\($0)".contains("nested more than 64 levels deep") }
    }

    /// Ten nested lists, each holding the previous one ten times: 10^10 leaves if copied.
    @Test func sharedContainersStayShared() throws {
        var program = "]I0\nap0\n"
        for level in 1...10 {
            program += "(" + String(repeating: "g\(level - 1)\n", count: 10) + "lp\(level)\n"
        }
        let value = try read(program + ".")
        #expect(value.elements?.count == 10)
    }

    @Test func memoryIsBounded() {
        var limits = PickleReader.Limits()
        limits.memory = 1 << 16
        #expect {
            try read([UInt8](repeating: UInt8(ascii: "]"), count: 1000) + [0x2E], limits: limits)
        } throws: {
            "\($0)".contains("needs more than 65536 bytes")
        }
    }

    @Test(arguments: 0...5)
    func truncationIsRefusedAtEveryByte(version: Int) throws {
        let whole = try Array(#require(FileManager.default.contents(atPath: file("protocol\(version).pickle"))))
        for length in 0..<whole.count {
            #expect(throws: ReaderError.self) { try read(Array(whole.prefix(length))) }
        }
    }

    @Test(arguments: 0...5)
    func twelveThousandMutationsNeverCrash(version: Int) throws {
        let original = try Array(#require(FileManager.default.contents(atPath: file("protocol\(version).pickle"))))
        var mutations = Mutations(seed: UInt64(version))
        var limits = PickleReader.Limits()
        limits.memory = 1 << 24
        for _ in 0..<2_000 {
            do {
                let value = try read(mutations.mutate(original), limits: limits)
                _ = value["array"]?.array?.doubles()
                _ = value["text"]?.string
            } catch is ReaderError {
            }
        }
    }
}
