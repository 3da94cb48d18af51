import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite("The model card of a run")
struct ModelCardTests {
    private let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    private let result = """
        {"suite":"mine","seed":7,"split":"test","parameters":12,"score":0.25,"version":"1","libtorch":"2",
        "notes":["a: overfits"],"tasks":{"a":{"metrics":["accuracy","f1"],"chance":{"accuracy":0.5},
        "scores":{"samples":4,"loss":1,"metrics":{"accuracy":0.625,"f1":null}}}}}
        """
    private let model = """
        {"tasks":[{"name":"a","outputs":2,"modalities":[{"name":"x"},{"name":"y"}]}],
        "records":{"a":{"dataset":"d","classes":["no|ne","some"],"objective":{"kind":"classification"}}},
        "sharing":{"encoders":{},"crossmodal":{}}}
        """

    private func card(licence: String, stage: String? = nil) throws -> String {
        try FileManager.default.createDirectory(
            atPath: temporary.path("datasets"), withIntermediateDirectories: true)
        try temporary.write(result, to: "result.json")
        try temporary.write(model, to: "model.json")
        try temporary.write(
            #"{"name":"it's","licence":"\#(licence)","citation":"Doe 2020","source":"a shelf"}"#, to: "datasets/d.json")
        return try ModelCard(run: temporary.path, stage: stage).text
    }

    @Test("the head has the keys of the hub")
    func front() throws {
        let text = try card(licence: "CC BY 4.0")
        #expect(
            text.hasPrefix(
                """
                ---
                license: cc-by-4.0
                library_name: highmmt
                tags:
                - multimodal
                - multitask
                datasets:
                - 'it''s'
                metrics:
                - 'accuracy'
                - 'f1'
                model-index:
                - name: 'mine'
                  results:
                  - task:
                      type: other
                      name: 'a'
                    dataset:
                      type: 'd'
                      name: 'd'
                      split: 'test'
                    metrics:
                    - type: 'accuracy'
                      value: 0.625
                ---

                """))
        #expect(try card(licence: "ask the author").contains("license: other\nlicense_name: licences-of-the-data\n"))
    }

    @Test("scores, limits, licences and citations are stated")
    func sections() throws {
        let text = try card(licence: "CC BY 4.0")
        #expect(text.contains("| a | accuracy | 0.625 | 0.500 | 4 |\n| a | f1 | – | – | 4 |"))
        #expect(text.contains(#"| a | x, y | 2 classes: no\|ne, some |"#))
        #expect(text.contains("- a: overfits") && text.contains("with seed 7"))
        #expect(text.contains("Licence: CC BY 4.0.\n  Citation: Doe 2020."))
    }

    @Test("a stage without scores is named")
    func missing() throws {
        #expect { try card(licence: "MIT", stage: "stage2") } throws: { "\($0)".contains("stage2 has no scores") }
    }

    @Test(
        "a card is left out without scores only, not when a file cannot be read",
        arguments: [
            "result.json", "model.json", "datasets/d.json",
        ])
    func unreadable(file: String) throws {
        let run = temporary.path
        #expect(try ModelCard.ifScored(run: run, stage: "stage1")?.text == nil)
        let text = try card(licence: "MIT")
        #expect(try ModelCard.ifScored(run: run, stage: "stage1")?.text == text)
        #expect(try ModelCard.ifScored(run: run, stage: "stage2")?.text == nil)
        try ModelCard.write(ofRun: run, ifScored: "stage2")
        #expect(!FileManager.default.fileExists(atPath: "\(run)/README.md"))
        try ModelCard.write(ofRun: run, ifScored: "stage1")
        #expect(try String(contentsOfFile: "\(run)/README.md", encoding: .utf8) == text)
        try FileManager.default.removeItem(atPath: "\(run)/\(file)")
        try FileManager.default.createDirectory(atPath: "\(run)/\(file)", withIntermediateDirectories: true)
        #expect { try ModelCard.ifScored(run: run, stage: "stage1") } throws: {
            "\($0)" == "\(run)/\(file): cannot be read"
        }
        #expect(throws: (any Error).self) { try ModelCard.write(ofRun: run, ifScored: "stage1") }
    }
}
