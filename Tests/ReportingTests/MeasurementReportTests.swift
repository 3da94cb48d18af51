import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite("The report's measurements beside scores")
struct MeasurementReportTests {
    private let temporary: TemporaryFolder

    init() throws {
        temporary = try TemporaryFolder()
        for (file, text) in [("result.json", result), ("model.json", model)] {
            try temporary.write(text, to: file)
        }
    }

    private let result = """
        {"suite":"s","seed":7,"split":"test","parameters":1234567,"score":0.5,"version":"1","libtorch":"2","tasks":{
        "a":{"metrics":["accuracy"],"chance":{"accuracy":0.5},"scores":{"samples":4,"loss":1,"metrics":{"accuracy":0.75}}},
        "b":{"metrics":["r2"],"chance":{"r2":0},"scores":{"samples":4,"loss":1,"metrics":{"r2":0.5}}}}}
        """
    private let model = """
        {"tasks":[{"name":"a","outputs":2,"modalities":[{"name":"sound"},{"name":"image"}]}],"sharing":{"encoders":{},
        "crossmodal":{}},"records":{"a":{"objective":{"kind":"classification"},"absentable":["sound"]}}}
        """
    private let robustness = """
        {"suite":"s","split":"test","seed":7,"metrics":{"a":"accuracy","b":"r2"},"severities":[0,0.5,1],"curves":[
        {"kind":"gaussian","tasks":{"a":[0.75,0.625,0.5],"b":[0.5,null,-2]},"score":[0.5,0.25,-0.75]},
        {"kind":"dropped-modalities","tasks":{"a":[0.75,0.5,0.5],"b":[0.5,0.5,0.5]},"score":[0.5,0.375,0.375],
        "untouched":["b"]}]}
        """

    private func page() throws -> String { try RunReport(run: temporary.path).html }

    @Test("missing measurements are named with their commands")
    func advice() throws {
        #expect(try page().contains("<code>highmmt evaluate RUN --robustness</code>"))
        #expect(try page().contains("<code>highmmt evaluate RUN --each-without</code>"))
        try temporary.write(robustness, to: "robustness.json")
        try temporary.write(#"{"rows":[]}"#, to: "modality_costs.json")
        #expect(try !page().contains("Not measured yet"))
        // A model that was never trained without a modality cannot be scored without it.
        try temporary.write(model.replacingOccurrences(of: "[\"sound\"]", with: "[]"), to: "model.json")
        try FileManager.default.removeItem(atPath: temporary.path("modality_costs.json"))
        #expect(try !page().contains("--each-without"))
    }

    @Test("scores under noise are drawn, without those of tasks that noise leaves alone")
    func noise() throws {
        try temporary.write(robustness, to: "robustness.json")
        let report = try RunReport(run: temporary.path)
        #expect(report.plots.map(\.name).suffix(3) == ["noise-suite", "noise-a", "noise-b"])
        let html = report.html
        #expect(html.contains("<title>gaussian: 0.750, 0.625, 0.500</title>"))
        #expect(html.contains("<title>gaussian: 0.500, –, -2.000</title>"))
        #expect(!html.contains("<title>dropped-modalities: 0.500, 0.500, 0.500</title>"))
        #expect(html.contains("No modalities are dropped from b"))
        try temporary.write(robustness.replacingOccurrences(of: "[0,0.5,1]", with: "[0,1]"), to: "robustness.json")
        #expect { try page() } throws: { "\($0)".contains("robustness.json: expected a score for each severity") }
    }

    @Test("the costs of missing modalities are a table")
    func costs() throws {
        try temporary.write(
            """
            {"rows":[{"task":"a","modality":"sound","metric":"accuracy","all":0.75,"without":0.5,"cost":0.25,"only":0.625,
            "chance":0.5,"is_only_modality":false,"is_indispensable":false}]}
            """, to: "modality_costs.json")
        let row = ["a", "sound", "accuracy", "0.750", "0.500", "0.250", "0.625", "0.500", ""]
        #expect(try page().contains("<tr>\(row.map { "<td>\($0)</td>" }.joined())</tr>"))
    }

    private func details(_ members: Int) -> String {
        let all = (0..<members).map {
            #"{"member":\#($0),"samples":\#($0 + 1),"score":\#(Double($0) / Double(members))}"#
        }
        return #"{"tasks":{"a":{"classes":["x","y"],"labels":[[3,1,0],[0,0,2]],"groups":{"person":["#
            + all.joined(separator: ",") + "]}}}}"
    }

    @Test("members of groups are drawn from the lowest score to the highest, and many are left out by count")
    func members() throws {
        try temporary.write(details(4), to: "details.json")
        let page = try page()
        #expect(page.contains("person 3 (4)</text>") && page.contains("<td>3</td><td>4</td><td>0.750</td>"))
        #expect(page.contains("all samples: 0.750"))
        #expect(page.contains("<td>x</td><td>3</td><td>1.000</td><td>0.750</td>"))
        #expect(page.contains("<td>y</td><td>2</td><td>0.000</td><td>–</td>"))
        try temporary.write(details(100), to: "details.json")
        let drawing = try RunReport(run: temporary.path).plot("members-a-person").file
        #expect(drawing.contains("60 others between") && drawing.contains("person 19 (20)<"))
        #expect(!drawing.contains("person 20 (21)<") && drawing.contains("person 80 (81)<"))
    }

    @Test("commands, configuration, checksums and memory are shown")
    func origin() throws {
        #expect(try page().contains("highmmt train suite.yaml --run DIR"))
        try temporary.write("highmmt train a.yaml 'b=<c>'\nhighmmt finetune r\n", to: "commands.txt")
        try temporary.write("name: \"<s>\"\n", to: "suite.yaml")
        try temporary.write(#"{"datasets":{"d":{"test.safetensors":"crc32:00000001"}}}"#, to: "checksums.json")
        try temporary.write(
            #"{"stages":{"stage1":{"device":"cpu","threads":3,"seconds":{"1":2},"peak_memory":104857600}}}"#,
            to: "timing.json")
        for text in [
            "highmmt train a.yaml &#39;b=&lt;c&gt;&#39;\nhighmmt finetune r", "name: &quot;&lt;s&gt;&quot;",
            "<td>test.safetensors</td><td>crc32:00000001</td>", "<td>100</td><td>cpu, 3 threads</td>",
            "<td>1\u{202f}234\u{202f}567</td>",
        ] { #expect(try page().contains(text), "\(text)") }
    }

    @Test("a drawing alone needs no variables of style sheets")
    func alone() throws {
        #expect(try !RunReport(run: temporary.path).plot("scores").file.contains("var("))
    }
}
