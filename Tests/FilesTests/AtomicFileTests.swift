import Files
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    /// A killed process leaves its temporary file, which the next writer of the file removes. Files
    /// that are being written, and those with other names, stay.
    @Test func leftoversOfTheSameFileAreRemoved() throws {
        let folder = try TemporaryFolder()
        let others = [
            ".report.html.UPPER.partial", ".report.html..partial", ".other.html.1abc.partial", "report.html.1.partial",
        ]
        for name in others + [".report.html.1abc.partial", ".report.html.zz9.partial"] {
            try folder.write("half", to: name)
        }
        let unfinished = try AtomicFile(path: folder.path("report.html"))
        try AtomicFile.write(Array("whole".utf8), to: folder.path("report.html"))
        var left = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
        left.subtract(others + ["report.html"])
        #expect(left.count == 1)
        // The one that is being written can still be completed.
        try unfinished.commit()
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == Set(others + ["report.html"]))
    }
}
