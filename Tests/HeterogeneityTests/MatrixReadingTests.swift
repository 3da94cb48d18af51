import Foundation
import Numerics
import Testing

@testable import Heterogeneity

@Suite("Reading and writing matrices")
struct MatrixReadingTests {
    private let expected: [[Double]] = [[0, 1, 2], [1, 0, 3.5], [2, 3.5, 0]]

    @Test(
        "every form of CSV",
        arguments: [
            ",a,b,c\na,0,1,2\nb,1,0,3.5\nc,2,3.5,0\n", "a,b,c\n0,1,2\n1,0,3.5\n2,3.5,0",
            "a,b,c\r\n0,1,2\r\n1,0,3.5\r\n2,3.5,0\r\n", "\u{FEFF}name;a;b;c\na;0;1;2\nb;1;0;3.5\nc;2;3.5;0",
            "\ta\tb\tc\na\t0\t1\t2\nb\t1\t0\t3.5\nc\t2\t3.5\t0", "a,b,c\na,0,1,2\nb,1,0,3.5\nc,2,3.5,0",
            "a,b,c\n0\n1,0\n2,3.5,0\n", "a,b,c\n1\n2,3.5\n", ",a,b,c\na\nb,1\nc,2,3.5\n", ",a,b,c\nb,1\nc,2,3.5\n",
            ",a,b,c\na,,,\nb,1,,\nc,2,3.5,\n", ",a,b,c\na,,1,2\nb,,,3.5\nc,,,\n", "a,b,c\n0,1,2\n,0,3.5\n,,0\n",
            "\"a\", \"b\" ,c\n0, 1 ,2\n1,0,\"3.5\"\n2,3.5,0\n\n",
        ])
    func csvForms(_ text: String) throws {
        let matrix = try HeterogeneityMatrix(csv: text)
        #expect(matrix.names == ["a", "b", "c"])
        #expect(matrix.values.rows == expected)
    }

    @Test("numeric names, and names with delimiters, quotes and spaces")
    func csvNames() throws {
        #expect(try HeterogeneityMatrix(csv: "1,2\n0,5\n5,0").names == ["1", "2"])
        #expect(try HeterogeneityMatrix(csv: ",1,2\n1,0,5\n2,5,0").names == ["1", "2"])
        let quoted = try HeterogeneityMatrix(names: ["a, b", "say \"c\"", " d"], values: SquareMatrix(rows: expected))
        let again = try HeterogeneityMatrix(csv: quoted.csv)
        #expect(again == quoted)
    }

    /// The text is what NumPy's `savetxt` writes, with a delimiter and with its default, a space.
    @Test(
        "numbers without names, as NumPy writes them",
        arguments: [
            "0.000000000000000000e+00,1.000000000000000000e+00,2.000000000000000000e+00\n"
                + "1.000000000000000000e+00,0.000000000000000000e+00,3.500000000000000000e+00\n"
                + "2.000000000000000000e+00,3.500000000000000000e+00,0.000000000000000000e+00\n",
            "0.0000e+00 1.0000e+00 2.0000e+00\n1.0000e+00 0.0000e+00 3.5000e+00\n2.0000e+00 3.5000e+00 0.0000e+00\n",
            "0;1;2\n1;0;3.5\n2;3.5;0",
        ])
    func squaresWithoutNames(_ text: String) throws {
        let matrix = try HeterogeneityMatrix(csv: text)
        #expect(matrix.names == ["1", "2", "3"])
        #expect(matrix.values.rows == expected)
    }

    @Test("a nameless matrix that is wrong is refused with its place")
    func wrongSquareWithoutNames() {
        #expect { try HeterogeneityMatrix(csv: "0,1\n2,0\n", source: "m.csv") } throws: {
            "\($0)".hasPrefix("m.csv: line 2, column 1 (2, 1): 2.0 found, but 1.0 at the mirrored place")
        }
    }

    @Test("CSV restores every value exactly")
    func csvRoundTrip() throws {
        var random = SplitMix64(seed: 1)
        let original = try matrix(count: 7) { _ in random.uniform() * 1e-3 }
        #expect(try HeterogeneityMatrix(csv: original.csv) == original)
    }

    @Test(
        "invalid CSV is refused in one line that names the position",
        arguments: [
            ("", "m.csv: empty text, expected a line of names and the rows of a matrix"),
            ("a\n0\n", "m.csv: 1 names, expected at least 2"),
            ("a,b\n0,1\n", "m.csv: rows: 1 found, expected 2, as many as there are names"),
            ("a,b\n0,1\n1,0\n1,0\n", "m.csv: rows: 3 found, expected 2, as many as there are names"),
            ("a,b\n0,1\n1,0,4\n", "m.csv: line 3, values: 3 found, expected 2, as many as there are names"),
            ("a,b,c\n0,1,2\n1,0,x\n2,3,0", "m.csv: line 3, column 3: \"x\" is not a number"),
            ("a,b,c\n0,1,2\n1,0,nan\n2,3,0", "m.csv: line 3, column 3 (b, c): nan found, expected a finite number"),
            ("a,b,c\n0,1,2\n1,0,3\n2,inf,0", "m.csv: line 4, column 2 (c, b): inf found, expected a finite number"),
            ("a,b,c\n0,1,2\n1,0,-3\n2,-3,0", "m.csv: line 3, column 3 (b, c): -3.0 found, expected at least 0"),
            (
                ",a,b,c\na,0,1,2\nb,1,0,3\nc,2,4,0",
                "m.csv: line 4, column 3 (c, b): 4.0 found, but 3.0 at the mirrored place, expected a symmetric matrix"
            ),
            (
                "a,b\n1,0.5\n0.5,1",
                "m.csv: line 2, column 1 (a, a): 1.0 on the diagonal, expected 0: the matrix must hold distances, not similarities"
            ), ("a,a\n0,1\n1,0", "m.csv: the name \"a\" occurs twice, expected distinct names"),
            (
                "a,,c\n0,1,2\n1,0,3\n2,3,0",
                "m.csv: name 2: the name is empty or contains a control character, expected printable text"
            ), (",a,b\na,0,1\nc,1,0", "m.csv: line 3: the row is named \"c\", expected \"b\" as in the header"),
            (
                ",a,b,c\na,0,1,2\nb,1,0\nc,2,3,0",
                "m.csv: line 3, column 4 (b, c): no value, expected a full matrix or one whole triangle"
            ),
            (
                ",a,b,c\na\nb,1\nc,,3",
                "m.csv: line 4, column 2 (c, a): no value, expected a full matrix or one whole triangle"
            ), ("a,\"b\n0,1\n1,0", "m.csv: line 1: an unclosed quote, expected a closing quote"),
            ("a,\"b\"c\n0,1\n1,0", "m.csv: line 1: text after a closing quote, expected the end of the field"),
            ("a,b\n0,1e200\n1e200,0", "m.csv: line 2, column 2 (a, b): 1e+200 found, expected at most 1e+100"),
        ])
    func csvErrors(_ text: String, _ message: String) {
        let error = #expect(throws: MatrixError.self) { try HeterogeneityMatrix(csv: text, source: "m.csv") }
        #expect(error?.description == message)
    }

    @Test("messages are one line whatever the file contains")
    func messagesAreOneLine() {
        let long = String(repeating: "x", count: 500)
        for text in ["a,b\n0,\"1\n\u{1B}[2J\"\n1,0", "\"a\n\",b\n0,1\n1,0", "a,b\n\(long),1\n1,0"] {
            let error = #expect(throws: MatrixError.self) { try HeterogeneityMatrix(csv: text, source: "m\n.csv") }
            #expect(error?.description.unicodeScalars.allSatisfy { !$0.isControl } == true)
            #expect((error?.description.count ?? 0) < 200)
        }
    }

    @Test("JSON preserves everything, with stable bytes")
    func jsonRoundTrip() throws {
        let transfers = try SquareMatrix<Double?>(rows: [[nil, 0.5, -1], [0.25, nil, nil], [2, nil, nil]])
        let original = try HeterogeneityMatrix(
            names: ["a", "b", "c"], values: SquareMatrix(rows: [[0, 0.75, 2], [0.75, 0, 1], [2, 1, 0]]),
            standardErrors: SquareMatrix(rows: [[0, 0.1, 0.2], [0.1, 0, 0.3], [0.2, 0.3, 0]]), transfers: transfers,
            imputed: [EntryPair(2, 1)], units: .nats)
        let json = try original.json()
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"imputed":[[1,2]],"names":["a","b","c"],"standard_errors":[[0,0.1,0.2],[0.1,0,0.3],[0.2,0.3,0]],"#
                + #""transfers":[[null,0.5,-1],[0.25,null,null],[2,null,null]],"units":"nats","#
                + #""values":[[0,0.75,2],[0.75,0,1],[2,1,0]]}"# + "\n")
        #expect(try HeterogeneityMatrix(json: json) == original)
    }

    @Test(
        "other forms of JSON",
        arguments: [
            #"{"names": ["a", "b", "c"], "values": [[0], [1, 0], [2, 3.5, 0]]}"#,
            #"{"names": ["a", "b", "c"], "values": [[], [1], [2, 3.5]], "note": {"kept": "out"}}"#,
            #"{"names": ["a", "b", "c"], "values": [[1], [2, 3.5]]}"#,
            #"{"names": ["a", "b", "c"], "values": [[null, 1, 2], [null, null, 3.5], [null, null, null]]}"#,
            #"{"a": {"a": 0, "b": 1, "c": 2}, "c": {"a": 2, "b": 3.5, "c": 0}, "b": {"a": 1, "b": 0, "c": 3.5}}"#,
        ])
    func jsonForms(_ text: String) throws {
        let matrix = try HeterogeneityMatrix(json: Data(text.utf8))
        #expect(matrix.names == ["a", "b", "c"])
        #expect(matrix.values.rows == expected)
    }

    @Test(
        "invalid JSON matrices are refused in one line that names the position",
        arguments: [
            (#"{"names": ["a", "b"]}"#, #"m.json: the key "values" is missing, expected "names" and "values""#),
            (
                #"{"names": ["a", "b"], "values": [[0, 1], [2, 0]]}"#,
                "m.json: values, row 2, column 1 (b, a): 2.0 found, but 1.0 at the mirrored place, expected a symmetric matrix"
            ),
            (
                #"{"names": ["a", "b"], "values": [[0, 1], [1, 0]], "transfers": [[0, 1]]}"#,
                "m.json: row 1: 2 found, expected 1, as many as there are names"
            ),
            (
                #"{"names": ["a", "b"], "values": [[0, 1], [1, 0]], "imputed": [[0, 7]]}"#,
                "m.json: imputed: the pair 0, 7, expected two different positions from 0 to 1"
            ),
            (
                #"{"names": ["a", "b"], "values": [[0, 1], [1, 0]], "standard_errors": [[0, -1], [-1, 0]]}"#,
                "m.json: standard_errors, row 1, column 2 (a, b): -1.0 found, expected at least 0"
            ), (#"{"a": 3}"#, #"m.json: expected the keys "names" and "values", or an object of objects of distances"#),
            (
                #"{"a": {"b": 1}, "c": {}}"#,
                #"m.json: a: the key "b" is unknown, expected the keys of the outer object"#
            ),
        ])
    func jsonErrors(_ text: String, _ message: String) {
        let error = #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(json: Data(text.utf8), source: "m.json")
        }
        #expect(error?.description == message)
    }

    @Test("other JSON is refused", arguments: ["", "[]", "{", "3", #"{"names": 3, "values": []}"#])
    func jsonOfOtherShapes(_ text: String) {
        let error = #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(json: Data(text.utf8), source: "m.json")
        }
        #expect(error?.description.hasPrefix("m.json: ") == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("files are recognised by their text and named in errors")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("m.data")
        let original = try matrix(expected)
        try original.write(to: file)
        #expect(try HeterogeneityMatrix(contentsOf: file) == original)
        try Data(original.csv.utf8).write(to: file)
        #expect(try HeterogeneityMatrix(contentsOf: file) == original)
        try Data([0xFF, 0xFE, 0x00]).write(to: file)
        let wide = #expect(throws: MatrixError.self) { try HeterogeneityMatrix(contentsOf: file) }
        #expect(
            wide?.description == "\(file.path): is text in UTF-16, expected a matrix in JSON or CSV; save it in UTF-8")
        try Data([0xC3, 0x28, 0x01]).write(to: file)
        let notText = #expect(throws: MatrixError.self) { try HeterogeneityMatrix(contentsOf: file) }
        #expect(notText?.description == "\(file.path): the text is not UTF-8")
        let missing = #expect(throws: MatrixError.self) {
            try HeterogeneityMatrix(contentsOf: folder.appendingPathComponent("none.csv"))
        }
        #expect(missing?.description == "\(folder.path)/none.csv: cannot be read: no such file")
        let notFile = #expect(throws: MatrixError.self) { try HeterogeneityMatrix(contentsOf: folder) }
        #expect(notFile?.description.hasSuffix("cannot be read: it is a folder") == true)
    }

    @Test("damaged files are either read or refused with an error")
    func damagedFiles() throws {
        var random = SplitMix64(seed: 7)
        let csv = Array(try matrix(expected).csv.utf8)
        let json = Array(try matrix(expected).json())
        let alphabet = Array(",;\t\"\n\r{}[]:0123456789.-+enaif \u{0}".utf8) + [0xFF, 0xC3]
        for round in 0..<4000 {
            var bytes = round.isMultiple(of: 2) ? csv : json
            for _ in 0...Int.random(in: 0..<4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = alphabet.randomElement(using: &random) ?? 0
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: place)
                default: bytes.removeLast(bytes.count - place)
                }
            }
            do {
                let text = String(decoding: bytes, as: UTF8.self)
                let read =
                    try round.isMultiple(of: 2)
                    ? HeterogeneityMatrix(csv: text) : HeterogeneityMatrix(json: Data(bytes))
                #expect(read.count == read.values.count)
            } catch {
                #expect(error is MatrixError)
            }
        }
    }
}
