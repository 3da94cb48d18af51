import Testing

@testable import Reporting

@Suite struct StudyPageTests {
    @Test func ticksAreRoundAndCoverTheValues() {
        let scale = DrawnScale([-0.02, 0.05])
        #expect(scale.ticks.map(scale.text) == ["-0.02", "0.00", "0.02", "0.04", "0.06"])
        #expect(abs(scale.place(0) - 0.25) < 1e-12 && scale.place(-1) == 0 && scale.place(1) == 1)
        let large = DrawnScale([0, 1230])
        #expect(large.ticks.map(large.text) == ["0", "500", "1000", "1500"])
        for values in [[], [0], [0.7], [-3, -3], [.nan]] as [[Double]] {
            let scale = DrawnScale(values)
            #expect(scale.ticks.count > 1 && scale.ticks.allSatisfy(\.isFinite), "\(values)")
            #expect(
                values.allSatisfy { $0.isNaN || (scale.ticks[0]...scale.ticks[scale.ticks.count - 1]).contains($0) })
        }
    }

    /// The scale is −0.02 to 0.06 over 400 points, right of the widest name.
    @Test func intervalsAreAtTheirPlaces() throws {
        let drawing = try #require(
            IntervalDrawing(
                [
                    .init("a", mean: 0, error: 0.02), .init("unknown", mean: nil, error: nil),
                    .init("b", mean: 0.05, error: nil),
                ],
                reference: 0, label: "change"
            ).drawing)
        let left = 14 + Markup.width("unknown")
        #expect(drawing.content.contains("cx=\"\(Markup.place(left + 100))\" cy=\"16.0\""))
        #expect(drawing.content.contains("cx=\"\(Markup.place(left + 350))\" cy=\"56.0\""))
        #expect(
            drawing.content.contains(
                "x1=\"\(Markup.place(left))\" x2=\"\(Markup.place(left + 200))\" y1=\"16.0\" y2=\"16.0\""))
        #expect(drawing.content.components(separatedBy: "<circle").count == 3)
        #expect(drawing.content.contains("<title>a: 0.000 ± 0.020</title>"))
        #expect(IntervalDrawing([.init("a", mean: nil, error: nil)], label: "").drawing == nil)
    }

    @Test func pointsAreHigherWithMoreAndFurtherRightWithMoreParameters() throws {
        let points: [ScatterDrawing.Point] = [
            .init("small", x: 1000, y: 0.5, error: 0.1, isMarked: true),
            .init("large", x: 100_000, y: 0.8, error: nil, isMarked: false),
            .init("none", x: 0, y: 0.5, error: nil, isMarked: false),
        ]
        let drawing = try #require(ScatterDrawing(points, xLabel: "parameters", yLabel: "score").drawing)
        let places = drawing.content.matches(of: /<circle cx="([0-9.]+)" cy="([0-9.]+)" r="4" class="(over|under)"/)
        #expect(places.count == 2)
        let (small, large) = (places[0].output, places[1].output)
        #expect(small.3 == "over" && large.3 == "under")
        #expect(try #require(Double(small.1)) < #require(Double(large.1)))
        #expect(try #require(Double(small.2)) > #require(Double(large.2)))
        #expect(drawing.content.contains(">10 k<"))
        #expect(ScatterDrawing([], xLabel: "", yLabel: "").drawing == nil)
        // Names of equal and of nearly equal points stand below each other.
        let crowd = (0..<12).map { index in
            ScatterDrawing.Point(
                "model \(index)", x: 1000 + Double(index % 3), y: 0.93 + Double(index / 2) * 1e-4, error: 0.01,
                isMarked: false)
        }
        let crowded = try #require(ScatterDrawing(crowd, xLabel: "parameters", yLabel: "score").drawing)
        #expect(crowd.map(\.name).allSatisfy { crowded.content.contains(">\($0)<") })
    }

    @Test func aPageHasItsPartsAndEscapesTheirTexts() {
        let page = StudyPage(
            title: "a <suite>", question: "Which & why?", conditions: "2 seeds",
            sections: [
                .init("Scores", text: "x < y", header: ["arm", "score"], rows: [["<full>", "0.5"]]),
                .init("Nothing", text: ""),
            ])
        #expect(page.html.contains("<h1>a &lt;suite&gt;</h1>") && page.html.contains("Which &amp; why?"))
        #expect(page.html.contains("<p>x &lt; y</p>") && page.html.contains("<td>&lt;full&gt;</td><td>0.5</td>"))
        #expect(page.html.contains("<section><h2>Nothing</h2></section>"))
    }
}
