import Foundation

extension PickleValue {
    /// Returns the value as one array of numbers: a NumPy array, or lists of equal lengths of
    /// numbers or arrays.
    ///
    /// - Throws: ``NumberProblem`` for other content and for lists of different lengths.
    func numbers() throws(NumberProblem) -> NumpyArray {
        switch self {
        case .array(let array):
            guard array.element.isNumeric else { throw NumberProblem(text: "holds text, expected numbers") }
            return array
        case .bool, .integer, .number:
            return try Self.array(shape: [], [double ?? 0])
        case .list(let elements): return try Self.stacked(elements, outer: [elements.count])
        case .objects(let shape, let elements): return try Self.stacked(elements, outer: shape)
        case .none: throw NumberProblem(text: "holds None, expected numbers")
        case .text, .bytes: throw NumberProblem(text: "holds text, expected numbers")
        case .dictionary: throw NumberProblem(text: "holds a dictionary, expected numbers")
        }
    }

    /// The reason why a value is not an array of numbers.
    struct NumberProblem: Error {
        let text: String
    }

    private static func stacked(_ elements: [PickleValue], outer: [Int]) throws(NumberProblem) -> NumpyArray {
        var values: [Double] = []
        var inner: [Int]?
        for (index, element) in elements.enumerated() {
            let array: NumpyArray
            do {
                array = try element.numbers()
            } catch {
                throw NumberProblem(text: "element \(index) \(error.text)")
            }
            if let inner, inner != array.shape {
                throw NumberProblem(
                    text: "element \(index) has shape \(array.shape), but element 0 has \(inner); expected equal "
                        + "shapes: pad shorter ones with zeros in front")
            }
            inner = array.shape
            values.append(contentsOf: array.doubles() ?? [])
        }
        return try array(shape: outer + (inner ?? []), values)
    }

    private static func array(shape: [Int], _ values: [Double]) throws(NumberProblem) -> NumpyArray {
        let region = ByteRegion(values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } })
        guard
            let array = NumpyArray(
                shape: shape, element: .float(8), isBigEndian: false, isColumnMajor: false, region: region)
        else { throw NumberProblem(text: "has \(values.count) numbers, which do not fill the shape \(shape)") }
        return array
    }
}
