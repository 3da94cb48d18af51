import Testing

@testable import Studies

@Suite("Paired tests")
struct PairedTestTests {
    @Test("the mean difference and its standard error are those of the pairs")
    func difference() throws {
        let test = PairedTest([1, 2, 3], [0, 0, 3])
        #expect(test.difference == 1)
        #expect(abs(try #require(test.standardError) - (1.0 / 3).squareRoot()) < 1e-12)
        let single = PairedTest([1], [0])
        #expect(single.difference == 1 && single.standardError == nil && single.p == nil)
    }
}
