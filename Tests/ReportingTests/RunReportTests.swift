import Foundation
import TestSupport
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

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

    private let details = """
        {"tasks":{"a":{"classes":["cat","dog"],"confusion":[[3,1],[0,4]],"calibration_error":0.125,
        "reliability":[{"count":8,"confidence":0.75,"accuracy":0.875}],"modalities":{"sound":0.4,"image":-0.01}},
        "b":{"regression":[[0,0.5],[2,1.5]]}}}
        """

    @Test("predictions are shown in detail, and every drawing can stand alone")
    func predictions() throws {
        let run = try folder([
            "result.json": result, "details.json": details, "heterogeneity/modalities.json": matrix,
        ])
        let report = try RunReport(run: run)
        for text in [
            "cat as dog: 1", "expected calibration error 0.125", "confidence 0.750, accuracy 0.875",
            "<td>cat</td><td>4</td><td>0.750</td><td>1.000</td>", ">sound</text>", "Predicted against true values",
            "Probabilities are off by more than 0.1 on average: a (0.12)", "Few test samples",
        ] { #expect(report.html.contains(text), "\(text)") }
        #expect(
            report.plots.map(\.name) == [
                "scores", "modalities", "modalities-transfers", "confusion-a", "reliability-a", "worth-a",
                "regression-b", "residuals-b",
            ])
        for plot in report.plots { _ = try XMLDocument(xmlString: plot.drawing.file) }
        #expect { try report.plot("waves") } throws: { "\($0)".contains("it has scores, modalities") }
    }

    @Test("whole names are shown, with room for them")
    func labels() throws {
        let name = "movement/" + String(repeating: "accelerometer+", count: 6) + "gyroscope"
        let long = matrix.replacingOccurrences(of: "t/b", with: name)
        let report = try RunReport(run: folder(["result.json": result, "heterogeneity/modalities.json": long]))
        #expect(report.html.contains("\(name) 2</text>"))
        #expect(try report.plot("modalities").width > 6 * Double(name.count))
    }

    @Test("large matrices are pictures whose values can be read")
    func large() throws {
        let names = (0..<100).map { "t/m\($0)" }
        let values = names.indices.map { row in names.indices.map { row == $0 ? 0.0 : Double(row + $0) / 200 } }
        let matrix = try JSONSerialization.data(withJSONObject: ["names": names, "values": values])
        let page = try RunReport(
            run: folder(["heterogeneity/modalities.json": String(decoding: matrix, as: UTF8.self)])
        ).html
        #expect(page.contains("<image ") && page.contains("t/m99 100</text>") && page.contains("\"0.985\""))
        #expect(page.components(separatedBy: "<rect").count < 20)
    }

    @Test("runs are compared")
    func comparison() throws {
        let other = result.replacingOccurrences(of: "0.625", with: "0.875").replacingOccurrences(of: "7,", with: "8,")
        let runs = try [folder(["result.json": result]), folder(["result.json": other])]
        let page = try RunComparison(runs: runs).html
        #expect(page.contains("<td>0.625</td><td>0.875</td><td>0.750</td><td>± 1.588</td>"))
        #expect(page.contains("Seeds: 7, 8.") && !page.contains("not repetitions"))
        #expect(try RunComparison(runs: [runs[0], runs[0]]).html.contains("not repetitions"))
        let empty = try folder(["heterogeneity/modalities.json": matrix])
        #expect { try RunComparison(runs: [runs[0], empty]) } throws: { "\($0)".contains("has no scores") }
    }

    @Test("an invalid file is named")
    func corrupt() throws {
        let ragged = matrix.replacingOccurrences(of: "[[0,0.5],[0.5,0]]", with: "[[0,0.5],[0.5]]")
        for (name, text) in [
            ("result.json", "{"), ("groups.json", "[]"), ("metrics.jsonl", "{}\n"), ("speed.json", "{}"),
            ("details.json", #"{"tasks":{"a":{"confusion":[[1,2]]}}}"#), ("timing.json", "[]"),
            ("heterogeneity/modalities.json", ragged), ("heterogeneity/pairs.json", "{}"),
        ] {
            let run = try folder(["result.json": result].merging([name: text]) { $1 })
            #expect(performing: { try RunReport(run: run) }, throws: { "\($0)".contains(name) })
        }
    }
}
