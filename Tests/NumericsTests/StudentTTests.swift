import Numerics
import Testing

@Suite struct StudentTTests {
    @Test(
        "two-sided tails of Student's distribution",
        arguments: [(2.776, 4.0, 0.05), (12.706, 1.0, 0.05), (2.0, 10.0, 0.0734)])
    func tails(t: Double, freedom: Double, p: Double) {
        #expect(abs(StudentT.tail(t: t, freedom: freedom) - p) < 2e-4)
    }
}
