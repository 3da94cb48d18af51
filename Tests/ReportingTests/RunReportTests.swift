import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite("The report of a run")
struct RunReportTests {
    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    /// Returns a new folder with some files.
    private func folder(_ files: [String: String]) throws -> String {
        let name = UUID().uuidString
        let path = temporary.path(name)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (file, text) in files { try temporary.write(text, to: "\(name)/\(file)") }
        return path
    }

    private let result = """
        {"suite":"<b>mine</b>","seed":7,"split":"test","parameters":12,"score":0.25,"version":"1","libtorch":"2","tasks":
        {"a\\"><script>":{"metrics":["accuracy"],"chance":{"accuracy":0.5},"scores":{"samples":4,"loss":1,"metrics":{"accuracy":0.625}}}}}
        """
    private let matrix = """
        {"names":["t/<i>","t/b"],"values":[[0,0.5],[0.5,0]],"standard_errors":[[0,0.1],[0.1,0]],
        "transfers":[[null,0.5],[-0.3,null]],"transfer_standard_errors":[[null,0.1],[0.1,null]],"units":"normalised"}
        """

    @Test("names from files are escaped, and numbers are shown")
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

    @Test("damaged scores are named")
    func damagedScores() throws {
        let run = try folder(["result.json": "{\"checksum\":\"crc32:00000001\"," + result.dropFirst()])
        #expect {
            try RunReport(run: run)
        } throws: {
            "\($0)".hasPrefix("\(run)/result.json: is damaged: its checksum is crc32:")
        }
    }

    @Test("entries whose predictors explain nothing are hatched, and their transfers not counted")
    func unknown() throws {
        let shares = #","explained":[0.5,0.01],"explained_standard_errors":[0.1,0.02],"unknown":["t/b"],"units""#
        let matrix = matrix.replacingOccurrences(of: #","units""#, with: shares)
        let groups = #"{"encoders":[["t/<i>"],["t/b"]],"crossmodal":[],"method":"m","unknown":["t/b"]}"#
        let files = ["result.json": result, "heterogeneity/modalities.json": matrix, "groups.json": groups]
        let page = try RunReport(run: folder(files)).html
        #expect(page.contains("<td>t/&lt;i&gt;</td><td>0.50 ± 0.10</td><td></td>"))
        #expect(page.contains("<td>t/b</td><td>0.01 ± 0.02</td><td>unknown</td>"))
        // Two cells of the distances and two of the transfers.
        #expect(page.components(separatedBy: "fill=\"url(#unknown)\"").count - 1 == 4)
        #expect(page.contains("0 of 0 harm and 0 help"))
        #expect(page.contains("The predictors of t/b explained nothing"))
        let known = try RunReport(run: folder(["result.json": result, "heterogeneity/modalities.json": self.matrix]))
            .html
        #expect(!known.contains("url(#unknown)") && !known.contains("What the predictors explain"))
        let short = matrix.replacingOccurrences(of: "[0.5,0.01]", with: "[0.5]")
        #expect {
            try RunReport(run: folder(["result.json": result, "heterogeneity/modalities.json": short]))
        } throws: { "\($0)".contains("modalities.json") }
    }

    @Test("the dendrogram of the groups is drawn with its cut")
    func tree() throws {
        let merges = #"[{"first":0,"second":2,"height":0.2,"size":2},{"first":1,"second":3,"height":1,"size":3}]"#
        func groups(_ merges: String, _ groups: String) -> String {
            #"{"encoders":\#(groups),"crossmodal":[],"method":"m","encoder_tree":"#
                + #"{"names":["t/a","t/b","t/c"],"linkage":"average","merges":\#(merges)}}"#
        }
        func page(_ groups: String) throws -> String {
            try RunReport(run: folder(["result.json": result, "groups.json": groups])).html
        }
        let two = try page(groups(merges, #"[["t/a","t/c"],["t/b"]]"#))
        #expect(two.components(separatedBy: "<polyline").count - 1 == 2)
        #expect(two.components(separatedBy: "stroke-dasharray=\"4 3\"").count - 1 == 1)
        // Merged leaves are neighbours.
        let places = try ["t/a</text>", "t/c</text>", "t/b</text>"].map { try #require(two.range(of: $0)).lowerBound }
        #expect((places[0] < places[2]) == (places[1] < places[2]))
        #expect(try !page(groups(merges, #"[["t/a","t/b","t/c"]]"#)).contains("stroke-dasharray=\"4 3\""))
        let broken = merges.replacingOccurrences(of: #""second":3"#, with: #""second":2"#)
        #expect { try page(groups(broken, "[]")) } throws: { "\($0)".contains("groups.json") }
    }

    @Test("stage 1 alone gives a shorter page, and an empty folder an error")
    func partial() throws {
        let page = try RunReport(run: folder(["result.json": result])).html
        #expect(page.contains("<h2>Scores</h2>") && !page.contains("<h2>Groups</h2>"))
        let empty = try folder([:])
        #expect { try RunReport(run: empty) } throws: { "\($0)".contains(empty) && "\($0)".contains("highmmt train") }
    }

    @Test("an invalid file is named")
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
