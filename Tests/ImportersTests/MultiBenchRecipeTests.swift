import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private let files = Fixtures.path("multibench-files")

private struct Expected: Decodable {
    let numbers: [String: [Double]]

    init(from decoder: any Decoder) throws {
        numbers = try decoder.singleValueContainer().decode([String: [Double]].self)
    }

    static func value(_ name: String) throws -> [Double] {
        let data = try #require(FileManager.default.contents(atPath: files + "/case.json"))
        return try #require(try JSONDecoder().decode(Expected.self, from: data).numbers[name])
    }
}

private func values<Value>(_ split: DatasetSplit, _ name: String, as type: Value.Type) throws -> [Value] {
    try split.file.withBytes(of: name) { bytes in
        let width = MemoryLayout<Value>.size
        return (0..<bytes.count / width).map { bytes.loadUnaligned(fromByteOffset: $0 * width, as: type) }
    }
}

private func run(_ name: String, _ folder: String, to destination: String, options: [String: Double] = [:]) throws
    -> Dataset
{
    try RecipeCatalogue.recipe(named: name).run(from: "\(files)/\(folder)", to: destination, options: options)
}

/// The MultiBench recipes, on small files with exactly the published layouts.
@Suite struct MultiBenchRecipeTests {
    @Test(arguments: [10, 42, 2_147_483_655])
    func shufflesMatchPython(seed: UInt32) throws {
        var numbers = Array(0..<1000)
        var random = PythonRandom(seed: seed)
        random.shuffle(&numbers)
        #expect(try numbers.prefix(40).map(Double.init) == Expected.value("shuffle-\(seed)"))
        #expect(numbers.sorted() == Array(0..<1000))
    }

    @Test func shufflesOfShortListsMatchPython() throws {
        var numbers = Array(0..<5)
        var random = PythonRandom(seed: 42)
        random.shuffle(&numbers)
        #expect(try numbers.map(Double.init) == Expected.value("shuffle-five"))
    }

    @Test(arguments: [
        ("mosei", "affect", [2, 2, 2], [:]), ("ur-funny", "affect", [2, 2, 2], [:]),
        ("mimic", "mimic", [24, 3, 3], [:]),
        ("avmnist-benchmark", "avmnist", [3, 1, 2], ["validation-rows": 1.0]), ("enrico", "enrico", [6, 2, 2], [:]),
        ("push", "push", [21, 2, 4], [:]), ("vision-touch", "vision-touch", [9, 3, 3], [:]),
    ])
    func recipesMakeValidAndReproducibleDatasets(
        name: String,
        source: String,
        counts: [Int],
        options: [String: Double]
    ) throws {
        let folder = try TemporaryFolder()
        let dataset = try run(name, source, to: folder.path("a"), options: options)
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == counts)
        try dataset.validate()
        _ = try run(name, source, to: folder.path("b"), options: options)
        for file in Split.allCases.map(\.fileName) + [DatasetDescription.fileName] {
            #expect(try folder.bytes("a/" + file) == folder.bytes("b/" + file))
        }
    }

    @Test func affectRowsAreTrimmedAndStandardised() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("mosei", "affect", to: folder.path("a"))
        let mask = try values(dataset.train, "mask/vision", as: Bool.self)
        // Row 0 starts after one step of padding, row 1 after two; row 2 has no text and is
        // dropped.
        #expect(mask[0..<50].filter { $0 }.count == 5 && mask[50..<100].filter { $0 }.count == 4)
        let vision = try values(dataset.train, "vision", as: Float.self)
        let expected = try Expected.value("mosei-vision-row-1")
        for (index, value) in expected.enumerated() {
            #expect(abs(Double(vision[(50 + index / 4) * 35 + index % 4]) - value) < 1e-5)
        }
        #expect(try values(dataset.train, "target/sentiment", as: Int64.self) == [0, 0])
        let other = try run("mosei", "affect", to: folder.path("b"), options: ["neutral": 1])
        #expect(try values(other.train, "target/sentiment", as: Int64.self) == [0, 1])
    }

    @Test func humourIsTruncatedToTwentySteps() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("ur-funny", "affect", to: folder.path("a"))
        #expect(dataset.description.modalities["text"]?.axes == [20])
        #expect(try values(dataset.train, "mask/text", as: Bool.self).allSatisfy { $0 })
        #expect(try values(dataset.train, "target/humour", as: Int64.self) == [1, 0])
    }

    @Test func staysAreDividedAsPublished() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("mimic", "mimic", to: folder.path("a"))
        for (split, rows) in [(Split.valid, "mimic-valid"), (.test, "mimic-test")] {
            let stays = try Expected.value(rows).map { Int($0) }
            let mortality = try values(dataset.rows(of: split), "target/mortality", as: Int64.self)
            #expect(mortality == stays.map { $0 % 3 == 0 ? 2 : 0 })
            let diagnoses = try values(dataset.rows(of: split), "target/icd9-7", as: Int64.self)
            #expect(diagnoses == stays.map { ($0 * 20 + 7) % 3 == 0 ? 1 : 0 })
        }
    }

    @Test func arraysBecomePatches() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("avmnist-benchmark", "avmnist", to: folder.path("a"), options: ["validation-rows": 1])
        let image = try values(dataset.test, "image", as: Float.self)
        #expect(Array(image[0..<5]) == [0, 1, 2, 3, 28].map { Float($0) / 255 })
        #expect(try values(dataset.test, "target/digit", as: Int64.self) == [3, 4])
        #expect(throws: ReaderError.self) { try run("avmnist-benchmark", "avmnist", to: folder.path("b")) }
    }

    @Test func screensAreDividedAsPublished() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("enrico", "enrico", to: folder.path("a"))
        #expect(
            try values(dataset.test, "target/topic", as: Int64.self).map(Double.init) == Expected.value("enrico-test"))
        let elements = try values(dataset.train, "mask/elements", as: Bool.self)
        for row in 0..<dataset.train.count {
            #expect((1...3).contains(elements[row * 128..<(row + 1) * 128].filter { $0 }.count))
        }
        // Resizing keeps a picture of one colour at one colour.
        let picture = try values(dataset.train, "screenshot", as: Float.self)[0..<256 * 128 * 3]
        #expect(try #require(picture.max()) - #require(picture.min()) < 0.02)
    }

    @Test func pushesAreCutIntoWindows() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("push", "push", to: folder.path("a"))
        let position = try values(dataset.test, "target/position", as: Float.self)
        #expect(Array(position[0..<4]) == [0, 0, 1, 2] && Array(position[32..<36]) == [8, 16, 9, 18])
        // The second training trajectory is too short for a second window. Trajectory 10 comes
        // last, not third.
        let train = try values(dataset.train, "target/position", as: Float.self)
        #expect(train[2 * 32] == 1 && train[3 * 32] == 2 && train[20 * 32] == 18)
        let image = try values(dataset.valid, "image", as: Float.self)
        #expect(image[16 * 64] == 1 && image[256 * 64] == 8)
        let control = try #require(dataset.description.modalities["control"]?.statistics)
        let stored = try values(dataset.valid, "control", as: Float.self)
        let raw = (0..<28).map { Double(stored[$0]) * control.deviation[$0 % 7] + control.mean[$0 % 7] }
        let expected = [0, 0.25, 0.5, 0, 0, 0, 0, 0, 0.25, 0.5, 1, 1, 1, 1, 1, 1.25, 1.5, 1, 1, 1, 0]
        #expect(zip(raw, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func contactIsThatOfTheNextStep() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("vision-touch", "vision-touch", to: folder.path("a"))
        #expect(try values(dataset.test, "target/contact", as: Int64.self) == [1, 0, 1])
        let force = try values(dataset.test, "force", as: Float.self)
        #expect(abs(force[0] - Float(tanh(8.0 / 40))) < 1e-6 && force.count == 3 * 32 * 6)
        let image = try values(dataset.test, "image", as: Float.self)
        #expect(image[64 * 768 + 1] == 0.2 && image[64 * 768] == 0)
    }

    @Test func filmsAreRangesOfRows() throws {
        let films = try Films(path: files + "/mm-imdb/multimodal_imdb.hdf5", parts: [6, 9, 12])
        #expect(films.rows == [.train: 0..<6, .valid: 6..<9, .test: 9..<12])
        let sample = try films.sample(5)
        #expect(sample.inputs["text"]?.first == 5)
        #expect(sample.inputs["image"]?.prefix(6) == [1, 0.4, 0, 0, 0, 0.2])
        #expect(sample.targets["genres"]?.indices.filter { sample.targets["genres"]?[$0] == 1 } == [0, 5, 10, 15, 20])
        #expect { try Films(path: files + "/mm-imdb/multimodal_imdb.hdf5", parts: [6, 9]) } throws: {
            "\($0)".contains("12 films, expected 9")
        }
    }

    /// A part of the films is divided in the published proportions, which is remarked.
    @Test func partOfTheFilmsIsDividedInProportion() throws {
        let folder = try TemporaryFolder()
        var remarks: [ImportRemark] = []
        let dataset = try RecipeCatalogue.recipe(named: "mm-imdb").run(
            from: "\(files)/mm-imdb", to: folder.path("a"), remark: { remarks.append($0) })
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == [7, 1, 4])
        #expect(remarks.map(\.kind) == [.accepted] && remarks[0].count == 12)
        #expect(remarks[0].subject.hasPrefix("films in place of 25959"))
    }

    @Test func resizingAverages() throws {
        let raster = try #require(Raster(width: 3, height: 2, colours: .gray, pixels: [0, 51, 102, 153, 204, 255]))
        let same = raster.resized(width: 3, height: 2)
        #expect(zip(same, [0, 0.2, 0.4, 0.6, 0.8, 1]).allSatisfy { abs($0 - Float($1)) < 1e-6 })
        let small = raster.resized(width: 1, height: 1)
        #expect(abs(small[0] - 0.5) < 1e-6)
        let wide = raster.resized(width: 2, height: 1)
        #expect(zip(wide, [0.366667, 0.633333]).allSatisfy { abs($0 - Float($1)) < 1e-5 })
        #expect(raster.resized(width: 6, height: 2).count == 12)
    }

    @Test func picklesThatCallFunctionsAreRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("cos\nsystem\n(S'true'\ntR.", to: "im.pk")
        #expect { try RecipeCatalogue.recipe(named: "mimic").run(from: folder.path, to: folder.path("d")) } throws: {
            "\($0)".contains("im.pk") && "\($0)".contains("os.system")
        }
    }
}

/// The suites with the paper's settings fit the datasets that the MultiBench recipes make.
@Suite struct MultiBenchSuiteTests {
    private let folder = (#filePath as NSString).deletingLastPathComponent + "/../../Suites"

    @Test(arguments: [("small", 2), ("medium", 3), ("large", 4)])
    func suitesFitTheirRecipes(name: String, count: Int) throws {
        let root = try TemporaryFolder()
        let suite = try Multimodal.Suite(file: "\(folder)/\(name).yaml")
        let sources = [
            "push": "push", "vision-touch": "vision-touch", "enrico": "enrico", "avmnist-benchmark": "avmnist",
            "ur-funny": "affect", "mosei": "affect", "mimic": "mimic",
        ]
        for dataset in suite.datasets.values {
            let recipe = try #require(dataset.recipe)
            let source = try #require(sources[recipe])
            let options = recipe == "avmnist-benchmark" ? ["validation-rows": 1.0] : [:]
            _ = try run(recipe, source, to: root.path(dataset.path), options: options)
        }
        #expect(try suite.open(dataRoot: root.path).count == count)
    }

    @Test func aMissingDatasetIsNamedWithItsImportCommand() throws {
        let suite = try Multimodal.Suite(file: "\(folder)/large.yaml")
        #expect { try suite.open(dataRoot: "/nowhere") } throws: {
            "\($0)".contains("highmmt data import avmnist-benchmark --from")
        }
    }
}
