import Files
import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Importers

/// The encodings that recipes state turn their raw files into the numbers of their datasets.
@Suite struct RecipeEncodingTests {
    private static let raw = Fixtures.path("field-files")

    /// Encodes the samples of a table as the dataset says, and returns those that are not in it.
    ///
    /// - Parameter part: The part of a recipe that makes several datasets.
    private func strangers(
        _ recipe: String, _ source: String, table: String, in folder: TemporaryFolder, options: [String: Double] = [:]
    ) throws -> Int {
        let recipe = try RecipeCatalogue.recipe(named: recipe)
        var dataset = try recipe.run(from: source, to: folder.path("d"), options: options)
        // What a reader of dataset.json has.
        dataset = try Dataset(folder: dataset.folder)
        let encoding = try #require(dataset.description.encoding)
        var samples = try EncodedTable(file: table, encoding: encoding)
        var stored: [String: Set<[Float]>] = [:]
        for (name, modality) in dataset.description.modalities {
            for split in Split.allCases {
                let values = try dataset.rows(of: split).file.tensor(named: name).floats()
                for start in stride(from: 0, to: values.count, by: modality.elements) {
                    stored[name, default: []].insert(Array(values[start..<start + modality.elements]))
                }
            }
        }
        var strangers = 0
        for index in 0..<samples.count {
            let sample = try samples.sample(index)
            for (name, modality) in dataset.description.modalities {
                guard var values = sample.inputs[name] else { continue }
                modality.statistics?.standardise(&values)
                for (token, isValid) in (sample.valid[name] ?? []).enumerated() where !isValid {
                    for place in token * modality.channels..<(token + 1) * modality.channels { values[place] = 0 }
                }
                if stored[name]?.contains(values) != true { strangers += 1 }
            }
        }
        return strangers
    }

    @Test func spokenDigits() throws {
        let folder = try TemporaryFolder()
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.raw + "/multimedia/fsdd")
            .filter { $0.hasSuffix(".wav") }
        #expect(files.count > 20)
        try folder.write("speech\n" + files.map { "\(Self.raw)/multimedia/fsdd/\($0)\n" }.joined(), to: "t.csv")
        #expect(
            try strangers("speaker", Self.raw + "/multimedia/fsdd", table: folder.path("t.csv"), in: folder) == 0)
    }

    @Test func dialogues() throws {
        struct Entry: Decodable {
            let utterance: String
            let context: [String]
        }
        let folder = try TemporaryFolder()
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.raw + "/mustard/sarcasm_data.json"))
        let entries = try JSONDecoder().decode([String: Entry].self, from: data).values
        let rows = try entries.map { entry in
            try JSONSerialization.data(
                withJSONObject: ["utterance": entry.utterance, "context": entry.context.joined(separator: " ")])
        }
        try folder.write(rows.map { String(decoding: $0, as: UTF8.self) + "\n" }.joined(), to: "t.jsonl")
        #expect(try strangers("mustard", Self.raw + "/mustard", table: folder.path("t.jsonl"), in: folder) == 0)
    }

    @Test func screenshots() throws {
        let folder = try TemporaryFolder()
        let pages = Self.raw + "/website-aesthetics"
        let list = try CSVTable(path: pages + "/test_list.csv", hasHeader: true)
        try folder.write("page\n" + list.rows.map { "\(pages)/resized\($0[0])\n" }.joined(), to: "t.csv")
        #expect(try strangers("website-aesthetics", pages, table: folder.path("t.csv"), in: folder) == 0)
    }

    /// Writes arrays as a user would have them, a file each, and the table of their paths.
    private func table(_ arrays: [String: [(shape: [Int], values: [Float])]], in folder: TemporaryFolder) throws
        -> String
    {
        let names = arrays.keys.sorted()
        var lines = [names.joined(separator: ",")]
        for row in 0..<(arrays[names[0]]?.count ?? 0) {
            var cells: [String] = []
            for name in names {
                let (shape, values) = try #require(arrays[name])[row]
                let path = folder.path("\(name)\(row).npy")
                try Self.npy(shape, values).write(to: URL(fileURLWithPath: path))
                cells.append(path)
            }
            lines.append(cells.joined(separator: ","))
        }
        try folder.write(lines.joined(separator: "\n"), to: "t.csv")
        return folder.path("t.csv")
    }

    /// A file of NumPy's format 1.0.
    private static func npy(_ shape: [Int], _ values: [Float]) -> Data {
        let tuple = shape.map { "\($0)," }.joined()
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(tuple)), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0])
        data.append(contentsOf: [UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)])
        data.append(Data(header.utf8))
        values.withUnsafeBytes { data.append(contentsOf: $0) }
        return data
    }

    private func rows(_ path: String, _ name: String) throws -> [(shape: [Int], values: [Float])] {
        let array = try #require(try NpzReader.arrays(path: path, names: [name])[name])
        let values = try #require(array.floats())
        let count = array.shape.dropFirst().reduce(1, *)
        return (0..<array.shape[0]).map {
            (Array(array.shape.dropFirst()), Array(values[$0 * count..<($0 + 1) * count]))
        }
    }

    @Test func armbands() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/sign-language-emg-imu"
        let path = source + "/lis_emg_imu.npz"
        let table = try table(["emg": rows(path, "emg"), "imu": rows(path, "imu")], in: folder)
        #expect(try strangers("sign-language", source, table: table, in: folder) == 0)
    }

    @Test func fingertips() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/biotac-slide"
        let path = source + "/biotac_slide_resampled100.npz"
        let parts = try ["jp", "jv", "jt", "cp", "cv"].map { try rows(path, $0) }
        let arm = parts[0].indices.map { row -> (shape: [Int], values: [Float]) in
            let values = (0..<100).flatMap { step in
                parts.flatMap { part in
                    let width = part[row].shape[1]
                    return part[row].values[step * width..<(step + 1) * width]
                }
            }
            return ([100, values.count / 100], values)
        }
        let table = try table(["tactile": rows(path, "bio"), "wrench": rows(path, "cw"), "arm": arm], in: folder)
        #expect(try strangers("biotac-slide", source, table: table, in: folder) == 0)
    }

    @Test func clips() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/grid-s1"
        let path = source + "/grid_s1_mouth25x24x48_audio8k.npz"
        let clips = try rows(path, "video")
        let table = try table(["video": clips], in: folder)
        try folder.write(
            String(contentsOfFile: table, encoding: .utf8).split(separator: "\n").enumerated()
                .map { $0 == 0 ? "\($1),speech" : "\($1)," }.joined(separator: "\n"), to: "t.csv")
        #expect(try strangers("grid", source, table: table, in: folder) == 0)
    }

    @Test func executions() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/robot-failures"
        // Fifteen lines of six numbers follow each class name.
        var arrays: [String: [(shape: [Int], values: [Float])]] = [:]
        var lines: [[Float]] = []
        for line in try String(contentsOfFile: source + "/lp1.data", encoding: .utf8).split(separator: "\n") {
            let numbers = line.split(whereSeparator: \.isWhitespace).compactMap { Float($0) }
            if numbers.count == 6 { lines.append(numbers) }
        }
        for start in stride(from: 0, to: lines.count, by: 15) {
            let own = lines[start..<start + 15]
            arrays["force", default: []].append(([15, 3], own.flatMap { $0.prefix(3) }))
            arrays["torque", default: []].append(([15, 3], own.flatMap { $0.suffix(3) }))
        }
        let table = try table(arrays, in: folder)
        #expect(try strangers("robot-failures", source, table: table, in: folder) == 0)
    }

    @Test func utterances() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/mosi-utterance"
        let arrays = try ["text", "audio", "video"].reduce(into: [String: [(shape: [Int], values: [Float])]]()) {
            result, name in
            let file = try CSVTable(path: "\(source)/\(name)/\(name)_train0.csv", hasHeader: false)
            result[name] = try file.rows.indices.map { row in
                let numbers = try file.numbers(ofRow: row).dropLast().map { Float($0) }
                return ([numbers.count], numbers)
            }
        }
        let table = try table(arrays, in: folder)
        #expect(try strangers("mosi", source, table: table, in: folder) == 0)
    }

    @Test func digits() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/multimedia"
        let images = try IDXReader.array(path: source + "/mnist/t10k-images-idx3-ubyte.gz")
        let pixels = try #require(images.bytes())
        var lines = ["image,audio"]
        for row in 0..<images.shape[0] {
            let path = folder.path("\(row).png")
            let picture = (0..<28).map { line in
                pixels[row * 784 + line * 28..<row * 784 + (line + 1) * 28].flatMap { [$0, $0, $0] }
            }
            try Data(PNGWriter.png(width: 28, rows: picture)).write(to: URL(fileURLWithPath: path))
            lines.append("\(path),\(source)/fsdd/0_theo_0.wav")
        }
        try folder.write(lines.joined(separator: "\n"), to: "t.csv")
        let options = ["training-rows": 20.0, "validation-rows": 10, "noise": 100]
        let strangers = try strangers("avmnist", source, table: folder.path("t.csv"), in: folder, options: options)
        // Even 100 dB leave some noise, which no recording has.
        #expect(strangers == images.shape[0])
    }

    @Test func stays() throws {
        let folder = try TemporaryFolder()
        let source = Self.raw + "/physionet2012"
        var lines = ["record"]
        try ArchiveReader.visit(path: source + "/set-b.tar.gz", where: { $0.hasSuffix(".txt") }) { member in
            let path = folder.path("\(lines.count).txt")
            try member.bytes.withBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
            lines.append(path)
            return true
        }
        #expect(lines.count > 10)
        try folder.write(lines.joined(separator: "\n"), to: "t.csv")
        // One stay is of unknown length, so that the recipe leaves it out.
        let strangers = try strangers("physionet2012", source, table: folder.path("t.csv"), in: folder)
        #expect(strangers <= 3)
    }

    /// Files that no recipe knows: a person's pulse and weight, with an age that is stated once.
    @Test func observationsOfOwnFiles() throws {
        let folder = try TemporaryFolder()
        var table = "record,outcome\n"
        for row in 0..<20 {
            var text = "time,quantity,value\n00:00,age,\(30 + row)\n00:00,ward,\(row % 2)\n"
            for hour in 0..<3 { text += "0\(hour):30,pulse,\(60 + row + 5 * hour)\n" }
            if row % 2 == 0 { text += "01:00,weight,70\n" }
            try folder.write(text, to: "r\(row).csv")
            table += "r\(row).csv,\(row % 2 == 0 ? "well" : "ill")\n"
        }
        try folder.write(table, to: "t.csv")
        try folder.write(
            """
            file: t.csv
            columns:
              record: {as: observations, quantities: {hours: 3, once: [{name: age}, {name: ward}], repeated: [{name: pulse}]}}
              outcome: target
            modalities:
              person: {columns: [record], view: {as: fields, fields: [age, ward=1, pulse]}}
              hours: {columns: [record], view: {as: grid}}
            """, to: "t.yaml")
        let result = try TableImport(file: folder.path("t.yaml"), targets: []).run(to: folder.path("d"))
        let modalities = result.dataset.description.modalities
        #expect(
            modalities["person"]?.axes == [3] && modalities["hours"]?.axes == [3] && modalities["hours"]?.channels == 2)
        #expect(result.tally.counts(of: .unusedObservation) == ["hours": 10, "person": 10])
        let encoding = try #require(result.dataset.description.encoding)
        var samples = try EncodedTable(file: folder.path("t.csv"), encoding: encoding)
        let third = try samples.sample(3)
        #expect(third.inputs["hours"]?.enumerated().filter { $0.offset % 2 == 1 }.map(\.element) == [1, 1, 1])
        #expect(third.inputs["hours"]?[0] == 63 && third.inputs["person"]?[4] == 1)
        #expect(try samples.sample(4).inputs["person"]?[4] == -1)

        // Without a description of quantities, all of them are found and shown as a set.
        try folder.write("file: t.csv\ncolumns: {record: observations, outcome: target}\n", to: "u.yaml")
        let plain = try TableImport(file: folder.path("u.yaml"), targets: []).run(to: folder.path("e")).dataset
        let set = try #require(plain.description.modalities["record"])
        #expect(set.kind == .set && set.channels == 1 + 2 * 4)
        #expect(
            plain.description.encoding?.columns["record"]?.quantities?.repeated.map(\.name) == [
                "age", "pulse", "ward", "weight",
            ])
        var sets = try EncodedTable(file: folder.path("t.csv"), encoding: try #require(plain.description.encoding))
        #expect(try sets.sample(0).valid["record"]?.filter { $0 }.count == 6)
    }

    /// A table whose arrays do not have the shape that the transforms need.
    @Test func arraysOfAnotherShapeAreNamed() throws {
        let folder = try TemporaryFolder()
        let table = try table(["force": [([14, 3], [Float](repeating: 0, count: 42))]], in: folder)
        let encoding = TableDescription.files(["force": .arrays([15, 3], .force, [.patch([5])])], layouts: [:])
        var samples = try EncodedTable(file: table, encoding: encoding)
        #expect(samples.modalities["force"]?.axes == [3] && samples.modalities["force"]?.channels == 15)
        #expect {
            _ = try samples.sample(0)
        } throws: {
            "\($0)".contains("force0.npy") && "\($0)".contains("expected [15, 3]")
        }
        let wrong = TableDescription.files(["force": .arrays([15, 3], .force, [.patch([4])])], layouts: [:])
        #expect {
            _ = try EncodedTable(file: table, encoding: wrong)
        } throws: {
            "\($0)".contains("columns.force.transforms")
        }
    }
}
