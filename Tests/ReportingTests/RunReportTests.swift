import Foundation
import Testing

@testable import Reporting

@Suite("The page of a run")
struct RunReportTests {
    private func folder(_ files: [String: String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(path)/heterogeneity", withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
        }
        return path
    }

    private let result = """
        {"suite":"<b>mine</b>","seed":7,"split":"test","parameters":12,"score":0.25,"version":"1","libtorch":"2","tasks":
        {"a\\"><script>":{"metrics":["accuracy"],"chance":{"accuracy":0.5},"scores":{"samples":4,"loss":1,"metrics":{"accuracy":0.625}}}}}
        """
    private let matrix = """
        {"names":["t/<i>","t/b"],"values":[[0,0.5],[0.5,0]],"standardErrors":[[0,0.1],[0.1,0]],
        "transfers":[[null,0.5],[-0.3,null]],"transferStandardErrors":[[null,0.1],[0.1,null]],"units":"normalised"}
        """

    @Test("names from files never become markup, and numbers are shown")
    func escapes() throws {
        let run = try folder(["result.json": result, "heterogeneity/modalities.json": matrix])
        let page = try RunReport(run: run).html
        #expect(!page.contains("<script>") && !page.contains("<b>") && !page.contains("<i>"))
        #expect(page.contains("&lt;b&gt;mine&lt;/b&gt;"))
        #expect(page.contains("<td>0.625</td>"))
        #expect(page.contains("1 of 2 harm and 1 help"))
        #expect(page == (try RunReport(run: run).html))
        let file = try RunReport(run: run).write()
        #expect(try String(contentsOfFile: file, encoding: .utf8) == page)
    }

    @Test("stage 1 alone gives a shorter page, an empty folder an error")
    func partial() throws {
        let page = try RunReport(run: folder(["result.json": result])).html
        #expect(page.contains("<h2>Scores</h2>") && !page.contains("<h2>Groups</h2>"))
        let empty = try folder([:])
        #expect { try RunReport(run: empty) } throws: { "\($0)".contains(empty) && "\($0)".contains("highmmt train") }
    }

    @Test("a file that is not what it should be is named")
    func corrupt() throws {
        let ragged = matrix.replacingOccurrences(of: "[[0,0.5],[0.5,0]]", with: "[[0,0.5],[0.5]]")
        for (name, text) in [
            ("result.json", "{"), ("groups.json", "[]"), ("metrics.jsonl", "{}\n"), ("speed.json", "{}"),
            ("heterogeneity/modalities.json", ragged), ("heterogeneity/pairs.json", "{}"),
        ] {
            let run = try folder(["result.json": result].merging([name: text]) { $1 })
            #expect(performing: { try RunReport(run: run) }, throws: { "\($0)".contains(name) })
        }
    }
}
