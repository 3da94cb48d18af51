import Testing

@testable import Studies

@Suite("Paired tests")
struct PairedTestTests {
    @Test(
        "two-sided tails of Student's distribution",
        arguments: [(2.776, 4.0, 0.05), (12.706, 1.0, 0.05), (2.0, 10.0, 0.0734)])
    func tails(t: Double, freedom: Double, p: Double) {
        #expect(abs(PairedTest.tail(t: t, freedom: freedom) - p) < 2e-4)
    }

    @Test("the difference and its error are those of the pairs")
    func difference() throws {
        let test = PairedTest([1, 2, 3], [0, 0, 3])
        #expect(test.difference == 1)
        #expect(abs(test.standardError - (1.0 / 3).squareRoot()) < 1e-12)
        #expect(PairedTest([1], [0]).p == nil)
    }
}
