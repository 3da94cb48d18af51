import Foundation
import TestSupport
import Testing

@testable import CommandLineTool

@Suite struct PlotTests {
    private let svg = """
        <svg xmlns="http://www.w3.org/2000/svg" width="30" height="20" viewBox="0 0 30 20"><rect width="30" height="20"/></svg>
        """

    @Test(.enabled(if: !PictureProgram.found().isEmpty, "needs rsvg-convert or Chromium"))
    func picturesHaveTwoPixelsPerUnit() throws {
        for program in PictureProgram.found() {
            let png = try PictureProgram.png(svg, width: 30, height: 20, programs: [program])
            let size = [png[16..<20], png[20..<24]].map { $0.reduce(0) { $0 << 8 + Int($1) } }
            #expect(size == [60, 40], "\(program)")
        }
    }

    @Test func withoutAProgramTheErrorSaysWhatToInstall() {
        #expect(PictureProgram.found(path: "/nonexistent").allSatisfy { "\($0)".contains("/Applications") })
        #expect {
            try PictureProgram.png(svg, width: 30, height: 20, programs: [])
        } throws: {
            "\($0)".contains("apt-get install librsvg2-bin") && "\($0)".contains("leave out --png")
        }
    }

    @Test func aProgramThatFailsIsNamed() throws {
        #expect {
            try PictureProgram.png(
                svg, width: 30, height: 20, programs: [.librsvg("/bin/false"), .librsvg("/bin/true")])
        } throws: {
            "\($0)".contains("/bin/false ended with status 1; /bin/true wrote no picture")
        }
    }

    @Test func commandsAreQuotedForShells() {
        #expect(CommandLog.quoted("a/b=c,d") == "a/b=c,d")
        #expect(CommandLog.quoted("two words") == "'two words'" && CommandLog.quoted("") == "''")
        #expect(CommandLog.quoted("it's") == #"'it'\''s'"#)
    }
}
