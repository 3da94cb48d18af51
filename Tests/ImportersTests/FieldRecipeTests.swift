import Foundation
import TestSupport
import Testing
import Torch

@testable import Importers
@testable import Multimodal

private func values<Value>(_ split: DatasetSplit, _ name: String, as type: Value.Type) throws -> [Value] {
    try split.file.withBytes(of: name) { bytes in
        let width = MemoryLayout<Value>.size
        return (0..<bytes.count / width).map { bytes.loadUnaligned(fromByteOffset: $0 * width, as: type) }
    }
}

/// A recipe, the folder of its fixture, and the rows of train, valid and test it makes from it.
private struct Case: CustomTestStringConvertible, Sendable {
    let recipe: String
    let folder: String
    let options: [String: Double]
    let counts: [Int]
    var testDescription: String { recipe }

    init(_ recipe: String, _ folder: String, _ counts: [Int], options: [String: Double] = [:]) {
        self.recipe = recipe
        self.folder = folder
        self.counts = counts
        self.options = options
    }

    static let small = ["training-rows": 20.0, "validation-rows": 10]
    static let all = [
        Case("avmnist", "multimedia", [20, 10, 10], options: small), Case("speaker", "multimedia/fsdd", [20, 20, 20]),
        Case("grid", "grid-s1", [28, 4, 8]), Case("mosi", "mosi-utterance", [32, 4, 4]),
        Case("mustard", "mustard", [16, 3, 5]),
        Case("stress-predict", "stress-predict-e4", [6, 2, 2]), Case("physionet2012", "physionet2012", [31, 8, 11]),
        Case("biotac-slide", "biotac-slide", [4, 2, 2]), Case("robot-failures", "robot-failures", [12, 4, 4]),
        Case("sign-language", "sign-language-emg-imu", [12, 4, 4]),
        Case("website-aesthetics", "website-aesthetics", [8, 2, 3]),
    ]
}

@Suite struct FieldRecipeTests {
    private static let files = Fixtures.path("field-files")

    private func run(_ name: String, from folder: String, to destination: String, options: [String: Double] = [:])
        throws
        -> Dataset
    {
        try RecipeCatalogue.recipe(named: name).run(from: "\(Self.files)/\(folder)", to: destination, options: options)
    }

    @Test(arguments: Case.all)
    private func recipesMakeValidAndReproducibleDatasets(_ example: Case) throws {
        let folder = try TemporaryFolder()
        let recipe = try RecipeCatalogue.recipe(named: example.recipe)
        var seen: [RecipeProgress] = []
        let dataset = try recipe.run(
            from: "\(Self.files)/\(example.folder)",
            to: folder.path("a"),
            options: example.options
        ) { seen.append($0) }
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == example.counts)
        #expect(seen.allSatisfy { $0.done <= $0.total } && seen.last?.stage.hasPrefix("rows") == true)
        #expect(recipe.isCurrent(in: folder.path("a")))
        _ = try run(example.recipe, from: example.folder, to: folder.path("b"), options: example.options)
        for part in recipe.parts.isEmpty ? [""] : recipe.parts.map({ "\($0)/" }) {
            try Dataset(folder: folder.path("a/" + part)).validate()
            for file in Split.allCases.map(\.fileName) + [DatasetDescription.fileName] {
                #expect(try folder.bytes("a/" + part + file) == folder.bytes("b/" + part + file))
            }
        }
    }

    @Test func everyRecipeNamesTheSourceOfItsData() {
        #expect(Set(RecipeCatalogue.all.map(\.name)).count == RecipeCatalogue.all.count)
        for recipe in RecipeCatalogue.all {
            #expect(
                !recipe.title.isEmpty && !recipe.source.isEmpty && !recipe.licence.isEmpty && !recipe.citation.isEmpty)
        }
    }

    @Test func optionsAreChecked() throws {
        let folder = try TemporaryFolder()
        #expect {
            try run("avmnist", from: "multimedia", to: folder.path("a"), options: ["nois": 1])
        } throws: {
            "\($0)".contains("recipe avmnist: nois") && "\($0)".contains("noise")
        }
        #expect {
            try run("avmnist", from: "multimedia", to: folder.path("a"), options: ["image-energy": 2])
        } throws: {
            "\($0)".contains("image-energy") && "\($0)".contains("2.0, expected 0.01…1.0")
        }
        #expect { try run("avmnist", from: "multimedia", to: folder.path("a")) } throws: { "\($0)".contains("too few") }
    }

    @Test func imageEnergyAndNoiseMakeDigitsHard() throws {
        let folder = try TemporaryFolder()
        let clean = ["image-energy": 1.0, "noise": 60].merging(Case.small) { $1 }
        let easy = try run("avmnist", from: "multimedia", to: folder.path("easy"), options: clean)
        let hard = try run("avmnist", from: "multimedia", to: folder.path("hard"), options: Case.small)
        #expect(
            try values(easy.test, "target/digit", as: Int64.self) == values(hard.test, "target/digit", as: Int64.self))
        for modality in ["image", "audio"] {
            #expect(try values(easy.test, modality, as: Float.self) != values(hard.test, modality, as: Float.self))
        }
        let bar = try values(easy.train, "image", as: Float.self)[0..<784]
        #expect(Set(bar).count == 2, "the untouched image has a bar and a background")
    }

    @Test func recordingsOfASpeakerKeepTheirTakes() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("speaker", from: "multimedia/fsdd", to: folder.path("a"))
        for split in Split.allCases {
            let speakers = try values(dataset.rows(of: split), "target/speaker", as: Int64.self)
            #expect(speakers.filter { $0 == 0 }.count == 10 && speakers.filter { $0 == 4 }.count == 10)
        }
        // Takes 0, 5 and 10 last 400, 800 and 1200 samples: 3, 8 and 13 frames, 1, 2 and 4 tokens.
        for (split, tokens) in [(Split.test, 1), (.valid, 2), (.train, 4)] {
            let mask = try values(dataset.rows(of: split), "mask/speech", as: Bool.self)
            #expect(mask.filter { $0 }.count == 20 * tokens)
        }
    }

    @Test func foldsReferToFileOrder() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("mustard", from: "mustard", to: folder.path("a"))
        // Utterances 3, 7, 11, 15 and 19 are all sarcastic; their contexts have 0, 1 or 2
        // sentences.
        #expect(try values(dataset.test, "target/sarcasm", as: Int64.self) == [1, 1, 1, 1, 1])
        #expect(try values(dataset.test, "present/context", as: Bool.self) == [false, true, true, false, true])
    }

    /// The values of a pixel sum to zero over a clip.
    @Test func theMeanFrameIsSubtractedFromClips() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("grid", from: "grid-s1", to: folder.path("a"))
        let video = try #require(dataset.description.modalities["video"])
        #expect(video.axes == [25, 1, 1] && video.channels == 288 && video.patch == [1, 12, 24])
        let pixels = try values(dataset.test, "video", as: Float.self)
        #expect(pixels.count == dataset.test.count * 25 * 288 && pixels.contains { $0 != 0 })
        for row in 0..<dataset.test.count {
            for pixel in 0..<288 {
                let sum = (0..<25).reduce(Float(0)) { $0 + pixels[(row * 25 + $1) * 288 + pixel] }
                #expect(abs(sum) < 1e-2)
            }
        }
    }

    @Test func staysAreEncodedAsThreeModalities() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("physionet2012", from: "physionet2012", to: folder.path("a"))
        // Set b without its stay of unknown length; the others last 2, 5, 10 and 30 days in turn.
        #expect(try values(dataset.test, "target/stay", as: Int64.self) == [0, 1, 2, 3, 0, 2, 3, 0, 1, 2, 3])
        #expect(try values(dataset.test, "target/mortality", as: Int64.self) == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])
        let patient = try values(dataset.test, "mask/patient", as: Bool.self)
        #expect(Array(patient[0..<8]) == [true, true, true, false, true, true, true, true])
        #expect(Array(patient[8..<16]) == [true, true, false, false, true, true, true, true])
        // Each value is in the channel of its own field or parameter, beside a flag that identifies
        // it.
        let fields = try values(dataset.test, "patient", as: Float.self)
        let filled = fields.indices.filter { fields[$0] != 0 }
        #expect(!filled.isEmpty && filled.allSatisfy { $0 % 8 == $0 / 8 % 8 })
        let observed = try values(dataset.test, "observations", as: Float.self)
        #expect(observed.count == dataset.test.count * 256 * 81)
        for token in 0..<dataset.test.count * 256 {
            let numbers = observed[(token * 81 + 1)..<((token + 1) * 81)]
            let flags = numbers.prefix(40).enumerated().filter { $0.element != 0 }
            let values = numbers.suffix(40).enumerated().filter { $0.element != 0 }
            #expect(flags.count <= 1 && flags.allSatisfy { $0.element == 1 })
            #expect(values.allSatisfy { value in flags.contains { $0.offset == value.offset } })
        }
        let elements = try values(dataset.test, "mask/observations", as: Bool.self)
        // Age, gender and height; two observations per step; the third stay has one more.
        #expect(elements[0..<256].filter { $0 }.count == 3)
        #expect(elements[256..<512].filter { $0 }.count == 2 + 2)
        #expect(elements[512..<768].filter { $0 }.count == 2 + 4 + 1)
        let grid = try values(dataset.test, "grid", as: Float.self)
        let flags = grid.enumerated().filter { $0.offset % 74 >= 37 }.map(\.element)
        #expect(flags.allSatisfy { $0 == 0 || $0 == 1 })
        #expect(flags[2 * 48 * 37..<3 * 48 * 37].filter { $0 == 1 }.count == 5)
    }

    @Test func manyObservationsAreThinnedEvenly() throws {
        let folder = try TemporaryFolder()
        let dataset = try run(
            "physionet2012", from: "physionet2012", to: folder.path("a"), options: ["observations": 16])
        let counts = try [dataset.train, dataset.valid].flatMap { rows -> [Int] in
            let mask = try values(rows, "mask/observations", as: Bool.self)
            return (0..<rows.count).map { row in mask[row * 16..<(row + 1) * 16].filter { $0 }.count }
        }
        // Stay i of set a has two or three descriptors, and i % 20 observations of each of two
        // parameters.
        let expected = (0..<40).filter { $0 != 5 }.map { stay -> Int in
            let descriptors = stay.isMultiple(of: 3) ? 3 : 2
            let observations = 2 * (stay % 20) + (stay == 2 ? 1 : 0)
            let room = 16 - descriptors
            return descriptors + (observations <= room ? observations : room / 2 * 2)
        }
        #expect(counts.sorted() == expected.sorted())
    }

    @Test func thinningKeepsRareParametersAndIsEven() throws {
        // Forty-eight hourly observations of one parameter and two of another, in a set of sixteen.
        let frequent = (0..<48).map { ObservationRecord.Observation(minute: 60 * $0, quantity: 0, value: 1) }
        let rare = [90, 900].map { ObservationRecord.Observation(minute: $0, quantity: 1, value: 1) }
        let record = ObservationRecord(once: [:], observations: frequent + rare)
        let quantities = ICUQuantities.names.fitted(to: [record], codes: ["ICUType", "RecordID"])
        let tokens = try #require(ObservationTokens(quantities, .set(elements: 16)))
        let (values, mask) = tokens.values(of: record)
        let valid = try #require(mask)
        #expect(valid.allSatisfy { $0 })
        let width = values.count / 16
        func minutes(_ parameter: Int) -> [Int] {
            // A token is the time, a flag per kind and a value per kind; the first three kinds are
            // descriptors.
            (0..<16).filter { values[$0 * width + 1 + 3 + parameter] == 1 }
                .map { Int(((values[$0 * width] + 1) * 1440).rounded()) }
        }
        #expect(minutes(0) == (0..<14).map { $0 * 47 / 13 * 60 })
        #expect(minutes(1) == [90, 900])
    }

    @Test func noParticipantIsInTwoSplits() throws {
        let folder = try TemporaryFolder()
        let dataset = try run("stress-predict", from: "stress-predict-e4", to: folder.path("a"))
        // In the fixture, the first value of each signal identifies the participant.
        #expect(try DatasetSummary(dataset).groups.map(\.disjoint) == [true])
        let people = try Split.allCases.map { split in
            let rows = dataset.rows(of: split)
            let skin = try values(rows, "skin", as: Float.self)
            return Set((0..<rows.count).map { (skin[$0 * 240] * 1000).rounded() })
        }
        #expect(people[0].isDisjoint(with: people[1]) && people[0].isDisjoint(with: people[2]))
        #expect(people[1].isDisjoint(with: people[2]))
    }

    @Test func groupsRecordWhatRowsShare() throws {
        let folder = try TemporaryFolder()
        let mosi = try run("mosi", from: "mosi-utterance", to: folder.path("mosi"))
        // The first two of a film's four utterances are positive. No film is in two splits, and
        // validation has none of those whose labels the published features were fitted to.
        let films = (1...8).flatMap { [Int64($0), Int64($0)] }
        #expect(try mosi.train.members(of: "film") == films + films)
        #expect(try mosi.valid.members(of: "film") == [63, 63, 63, 63])
        #expect(try mosi.test.members(of: "film") == [64, 64, 64, 64])
        #expect(try DatasetSummary(mosi).groups.map(\.disjoint) == [true])
        let takes = try run("speaker", from: "multimedia/fsdd", to: folder.path("speaker"))
        let speakers = try #require(try DatasetSummary(takes).groups.first)
        #expect(!speakers.disjoint && speakers.total == 2 && speakers.overlaps.map(\.members) == [2, 2, 2])
        #expect(try takes.test.members(of: "speaker") == values(takes.test, "target/speaker", as: Int64.self))
        let scenes = try run("mustard", from: "mustard", to: folder.path("mustard"))
        #expect(try DatasetSummary(scenes).groups.map(\.name) == ["show", "speaker"])
    }

    @Test func transcriptsMustMatchTheFeatures() throws {
        let folder = try TemporaryFolder()
        let copy = try folder.copy(fixture: "field-files")
        let path = "field-files/mosi-utterance/transcripts.csv"
        let lines = String(decoding: try folder.bytes(path), as: UTF8.self).split(separator: "\n")
        for (text, expected) in [
            (lines.dropFirst().joined(separator: "\n"), "15 positive and 16 negative utterances of films 1 to 62"),
            ("a,b,1\n", "transcripts.csv: line 1: expected an identifier"),
            ("a,b,1,2\n", "transcripts.csv: line 1: expected an identifier"),
        ] {
            try folder.write(text, to: path)
            #expect {
                try RecipeCatalogue.recipe(named: "mosi").run(
                    from: "\(copy)/mosi-utterance", to: folder.path("d"))
            } throws: {
                "\($0)".contains(expected)
            }
        }
    }

    @Test func trialsAreDividedChronologically() {
        // Two classes of ten and five trials; those of the second are stored in reverse order.
        let strata = [Int](repeating: 0, count: 10) + [Int](repeating: 1, count: 5)
        let times = Array(1...10) + [5, 4, 3, 2, 1]
        let splits = SplitRows(strata: strata, times: times, train: 0.6, valid: 0.2)
        #expect(splits.rows == [.train: [0, 1, 2, 3, 4, 5, 12, 13, 14], .valid: [6, 7, 11], .test: [8, 9, 10]])
    }

    @Test func sensorFaultsAreClampedToTheRangeOfTrainingTrials() throws {
        // Column c holds (step % 17) + c, with steps counted over all trials.
        let trials = try SensorTrials(
            path: "\(Self.files)/biotac-slide/biotac_slide_resampled100.npz", signals: ["wrench": ["cw"]],
            columns: ["cw": 6], steps: 100, labels: "label")
        let range = trials.range("wrench", tails: 0.1, of: [0])
        let tokens = try #require(
            ArrayTokens(size: trials.size("wrench"), transforms: [.clamp(low: range.low, high: range.high)]))
        let known = (0..<100).map { $0 % 17 }.sorted()
        let low = Float(known[10])
        let high = Float(known[89])
        for trial in [0, 7] {
            let before = trials.values("wrench", trial: trial)
            let after = tokens.values(of: before)
            for index in before.indices {
                let column = Float(index % 6)
                #expect(after[index] == min(max(before[index], low + column), high + column))
            }
            #expect(before != after)
        }
    }

    @Test(arguments: [
        ("robot-failures", "robot-failures/lp1.data", "normal\n1 2 3\n", "lp1.data: line 2: expected 6 numbers"),
        ("mosi", "mosi-utterance/text/text_train0.csv", "1,2,3\n", "text_train0.csv: line 1: 3 columns, expected 101"),
        ("mustard", "mustard/split_indices.json", "[[[0],[0]]]", "split_indices.json: expected folds that divide 24"),
        (
            "mustard", "mustard/sarcasm_data.json", "{\"a\": {\"utterance\": 1}}",
            "sarcasm_data.json: not the expected JSON"
        ),
        ("speaker", "multimedia/fsdd/0_george_0.wav", "RIFF", "0_george_0.wav: is plain text, expected sound"),
        ("grid", "grid-s1/grid_s1_mouth25x24x48_audio8k.npz", "PK", "audio8k.npz: is plain text, expected a .zip"),
        ("physionet2012", "physionet2012/Outcomes-a.txt", "RecordID,Death\n1,0\n", "no column 'Length_of_stay'"),
        (
            "website-aesthetics", "website-aesthetics/test_list.csv", "image,mean_score\n/../../x.png,3\n",
            "'/../../x.png'"
        ),
        (
            "website-aesthetics", "website-aesthetics/resized/english_resized/1.png", "no",
            "1.png: is plain text, expected a PNG or JPEG image"
        ),
    ])
    func filesThatAreWrongAreNamed(recipe: String, file: String, content: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let copy = try folder.copy(fixture: "field-files")
        try folder.write(content, to: "field-files/" + file)
        let source = try #require(Case.all.first { $0.recipe == recipe }?.folder)
        #expect {
            try RecipeCatalogue.recipe(named: recipe).run(from: "\(copy)/\(source)", to: folder.path("d"))
        } throws: { error in
            "\(error)".contains(expected) && !"\(error)".contains("\n")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["field-files"])
    }

    @Test func fieldSuiteFitsItsRecipes() throws {
        let root = try TemporaryFolder()
        for example in Case.all {
            _ = try run(
                example.recipe, from: example.folder, to: root.path("field/\(example.recipe)"), options: example.options
            )
        }
        let file = (#filePath as NSString).deletingLastPathComponent + "/../../Suites/field.yaml"
        let suite = try Multimodal.Suite(file: file)
        let tasks = try suite.open(dataRoot: root.path)
        #expect(tasks.count == 15 && tasks.allSatisfy { $0.task.role == .train })
        let kinds = Set(
            try tasks.flatMap { task in try task.modalities.map { try #require(task.description(of: $0)).kind } })
        // Force is counted as a kind of sensor.
        #expect(kinds.subtracting([.force]).count == 10)
        for task in tasks {
            for modality in task.modalities {
                let description = try #require(task.description(of: modality))
                #expect(description.tokens <= 256)
                let encoding = suite.encoding(dataset: task.task.dataset, modality: modality, description: description)
                #expect(encoding.maxFrequency <= 256)
            }
        }
    }
}

/// The folder of the publishers' own files beside the repository, if present.
private let published = (#filePath as NSString).deletingLastPathComponent + "/../../../shared/data"

@Suite(.enabled(if: FileManager.default.fileExists(atPath: published), "needs ../shared/data"))
struct PublishedFileTests {
    @Test(arguments: [
        ("mosi", "mosi-utterance", [1447, 156, 596]), ("mustard", "mustard", [469, 83, 138]),
        ("robot-failures", "robot-failures", [54, 17, 17]),
        ("website-aesthetics", "website-aesthetics", [255, 45, 98]),
    ])
    func splitsHaveTheirPublishedSizes(recipe: String, folder: String, counts: [Int]) throws {
        let temporary = try TemporaryFolder()
        let dataset = try RecipeCatalogue.recipe(named: recipe).run(
            from: "\(published)/\(folder)", to: temporary.path("a"))
        #expect(Split.allCases.map { dataset.rows(of: $0).count } == counts)
    }
}
