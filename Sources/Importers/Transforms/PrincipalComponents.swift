import Numerics

/// The principal components of vectors: the directions of the largest variance.
struct PrincipalComponents {
    /// The mean of the vectors.
    let mean: [Double]
    /// The directions as unit vectors, by decreasing variance.
    let directions: [[Double]]
    /// The fraction of the total variance in these directions, in 0…1.
    let energy: Double

    /// Finds the smallest number of directions that explain a fraction of the variance.
    ///
    /// The method is subspace iteration on the covariance. It iterates on twice as many vectors as
    /// needed, so that it converges quickly.
    ///
    /// - Parameters:
    ///   - vectors: The vectors, all of the same length.
    ///   - energy: The fraction of the variance, in 0…1.
    init(of vectors: [[Float]], energy target: Double) {
        let width = vectors.first?.count ?? 0
        let mean = Self.mean(of: vectors, width: width)
        let covariance = Self.covariance(of: vectors, mean: mean)
        let total = (0..<width).reduce(0) { $0 + covariance[$1 * width + $1] }
        var block = min(16, width)
        var components = Self.leading(covariance, width: width, count: block)
        func needed() -> Int? {
            var sum = 0.0
            for (index, value) in components.values.enumerated() {
                sum += value
                if sum >= target * total { return index + 1 }
            }
            return nil
        }
        while block < width, (needed() ?? width) > block / 2 {
            block = min(2 * block, width)
            components = Self.leading(covariance, width: width, count: block)
        }
        let count = needed() ?? components.values.count
        self.mean = mean
        directions = Array(components.vectors.prefix(count))
        energy = total > 0 ? components.values.prefix(count).reduce(0, +) / total : 1
    }

    /// Returns the projection of a vector onto these directions, in the original coordinates.
    func reduced(_ vector: ArraySlice<Float>) -> [Float] {
        Self.reduced(vector, mean: mean, directions: directions)
    }

    /// Returns the projection of a vector onto directions around a mean, in the original
    /// coordinates.
    static func reduced(_ vector: ArraySlice<Float>, mean: [Double], directions: [[Double]]) -> [Float] {
        let centred = zip(vector, mean).map { Double($0) - $1 }
        var result = mean
        for direction in directions {
            let part = zip(centred, direction).reduce(0) { $0 + $1.0 * $1.1 }
            for index in result.indices { result[index] += part * direction[index] }
        }
        return result.map { Float($0) }
    }

    private static func mean(of vectors: [[Float]], width: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        for vector in vectors {
            for index in 0..<width { sums[index] += Double(vector[index]) }
        }
        return sums.map { $0 / Double(max(1, vectors.count)) }
    }

    private static func covariance(of vectors: [[Float]], mean: [Double]) -> [Double] {
        let width = mean.count
        var sums = [Double](repeating: 0, count: width * width)
        sums.withUnsafeMutableBufferPointer { sums in
            for vector in vectors {
                let centred = zip(vector, mean).map { Double($0) - $1 }
                centred.withUnsafeBufferPointer { centred in
                    for row in 0..<width where centred[row] != 0 {
                        let factor = centred[row]
                        for column in row..<width { sums[row * width + column] += factor * centred[column] }
                    }
                }
            }
            for row in 0..<width {
                for column in row..<width {
                    sums[row * width + column] /= Double(max(1, vectors.count))
                    sums[column * width + row] = sums[row * width + column]
                }
            }
        }
        return sums
    }

    private static func leading(_ matrix: [Double], width: Int, count: Int) -> (values: [Double], vectors: [[Double]]) {
        // Any start works that is not orthogonal to the result. A fixed one makes the result
        // reproducible.
        var state: UInt64 = 1
        var basis = (0..<count).map { _ in
            (0..<width).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(Int64(bitPattern: state) >> 32)
            }
        }
        var values: [Double] = []
        for _ in 0..<200 {
            orthonormalise(&basis)
            let images = basis.map { product(matrix, $0) }
            let small = basis.map { row in images.map { image in dot(row, image) } }
            let rotation = SymmetricEigen(small)
            basis = rotation.vectors.map { combination(images, $0) }
            let isSettled =
                !values.isEmpty
                && zip(values, rotation.values).prefix((count + 1) / 2)
                    .allSatisfy { abs($0 - $1) <= 1e-12 * rotation.values[0] }
            values = rotation.values
            if isSettled { break }
        }
        orthonormalise(&basis)
        return (values, basis)
    }

    private static func orthonormalise(_ basis: inout [[Double]]) {
        // In a matrix of lower rank, shorter vectors are rounding errors. They must not become
        // directions.
        let least = 1e-13 * (basis.map { dot($0, $0) }.max() ?? 0).squareRoot()
        for index in basis.indices {
            // Two passes, because one leaves rounding errors.
            for _ in 0..<2 {
                for other in 0..<index {
                    let part = dot(basis[index], basis[other])
                    for place in basis[index].indices { basis[index][place] -= part * basis[other][place] }
                }
            }
            let length = dot(basis[index], basis[index]).squareRoot()
            let scale = length > least ? 1 / length : 0
            for place in basis[index].indices { basis[index][place] *= scale }
        }
    }

    private static func product(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        let width = vector.count
        return matrix.withUnsafeBufferPointer { matrix in
            vector.withUnsafeBufferPointer { vector in
                (0..<width).map { row in
                    var sum = 0.0
                    for column in 0..<width { sum += matrix[row * width + column] * vector[column] }
                    return sum
                }
            }
        }
    }

    private static func combination(_ vectors: [[Double]], _ weights: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: vectors.first?.count ?? 0)
        for (vector, weight) in zip(vectors, weights) {
            for place in result.indices { result[place] += weight * vector[place] }
        }
        return result
    }

    private static func dot(_ first: [Double], _ second: [Double]) -> Double {
        var sum = 0.0
        for index in first.indices { sum += first[index] * second[index] }
        return sum
    }
}
