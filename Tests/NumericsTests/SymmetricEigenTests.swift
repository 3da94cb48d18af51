import Numerics
import Testing

@Suite struct SymmetricEigenTests {
    @Test func eigenvectorsSolveTheirEquation() {
        let matrix: [[Double]] = [[4, 1, -2], [1, 2, 0], [-2, 0, 3]]
        let result = SymmetricEigen(matrix)
        #expect(result.values == result.values.sorted(by: >))
        for (value, vector) in zip(result.values, result.vectors) {
            for (row, component) in zip(matrix, vector) {
                #expect(abs(zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } - value * component) < 1e-12)
            }
        }
    }
}
