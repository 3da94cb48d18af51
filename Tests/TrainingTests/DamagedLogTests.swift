import Files
import Foundation
import Testing

@testable import Training

/// Each line of `metrics.jsonl` holds its own checksum.
@Suite struct DamagedLogTests {
    @Test func aChangedLineIsNamed() throws {
        let synthetic = try SyntheticSuite()
        try synthetic.train("run")
        let path = synthetic.folder.path("run/metrics.jsonl")
        #expect(try MetricsLog(path: path).records().count == 3)
        let text = String(decoding: try synthetic.folder.bytes("run/metrics.jsonl"), as: UTF8.self)
        var lines = text.split(separator: "\n").map(String.init)
        lines[1] = lines[1].replacing("\"is_best\":true", with: "\"is_best\":false")
            .replacing("\"epoch\":2", with: "\"epoch\":7")
        try synthetic.folder.write(lines.joined(separator: "\n") + "\n", to: "run/metrics.jsonl")
        let error = #expect(throws: FileError.self) { try MetricsLog(path: path).records() }
        #expect(error.map { "\($0)" }?.contains("metrics.jsonl: line 2: is damaged") == true)
    }
}
