import Foundation
import TestSupport
import Testing

@testable import Multimodal

private let text = """
    name: small
    seed: 7
    datasets:
      animals: {path: python-dataset, fetch: animals}
    tasks:
      animal: {dataset: animals, target: animal}
      weight: {dataset: animals, target: weight, modalities: [walk], weight: 2, batch: 4, metrics: [rmse], role: transfer}
    modalities:
      animals/walk: {frequency_bands: 4, max_frequency: 5, identity: motion}
      walk: {frequency_base: 3}
    model: {preset: medium, crossmodal: {cross_heads: 2}}
    training: {recipe: published, epochs: 3}
    """

@Suite struct SuiteTests {
    @Test func presetsSupplyOmittedValues() throws {
        let suite = try Multimodal.Suite(yaml: text)
        #expect(suite.seed == 7)
        #expect(suite.model.latents == 12 && suite.model.width == 64 && suite.model.headWidth == 64)
        #expect(suite.model.encoder.crossHeads == 1 && suite.model.encoder.selfHeads == 8)
        #expect(suite.model.crossmodal.crossHeads == 2 && suite.model.crossmodal.selfHeads == 8)
        #expect(suite.training.learningRate == 1e-3 && suite.training.weightDecay == 0)
        #expect(suite.training.stage2.epochs == 40 && suite.training.stage2.weightDecay == 1e-3)
        #expect(suite.tasks["animal"]?.role == .train && suite.tasks["animal"]?.weight == 1)
    }

    /// The sizes and training settings of the paper's small, medium and large multitask settings
    /// (appendix).
    @Test(arguments: [
        (ModelPreset.small, 20, [1, 8, 1, 8], 5e-4, 0.0), (.medium, 12, [1, 8, 1, 8], 1e-3, 0),
        (.large, 20, [1, 6, 4, 6], 8e-4, 1e-3),
    ])
    func presetsMatchThePublishedSettings(preset: ModelPreset, latents: Int, heads: [Int], rate: Double, decay: Double)
        throws
    {
        let suite = try Multimodal.Suite(yaml: text, overrides: ["model={preset: \(preset.rawValue)}"])
        let model = suite.model
        #expect(model.latents == latents && model.width == 64 && model.depth == 1 && model.headWidth == 64)
        #expect([model.encoder.crossHeads, model.encoder.selfHeads] == Array(heads[..<2]))
        #expect([model.crossmodal.crossHeads, model.crossmodal.selfHeads] == Array(heads[2...]))
        #expect(suite.training.learningRate == rate && suite.training.weightDecay == decay)
    }

    @Test func resolvedSuiteReadsBackUnchanged() throws {
        let suite = try Multimodal.Suite(
            yaml: text,
            overrides: [
                "model.groups={encoders: {animal/walk: a, animal/picture: b}, crossmodal: {animal/picture+walk: c}}"
            ])
        let yaml = try suite.yaml()
        let again = try Multimodal.Suite(yaml: yaml)
        #expect(again == suite)
        #expect(try again.yaml() == yaml)
        #expect(yaml.contains("learning_rate:") && yaml.contains("tie_layers: true"))
    }

    @Test func overridesReplaceAndAdd() throws {
        let suite = try Multimodal.Suite(
            yaml: text,
            overrides: [
                "training.epochs=9", "tasks.animal.weight=2.5", "training.stage2.epochs=1", "training.patience=4",
            ])
        #expect(suite.training.epochs == 9 && suite.training.stage2.epochs == 1 && suite.training.patience == 4)
        #expect(suite.tasks["animal"]?.weight == 2.5)
    }

    @Test(arguments: [
        ("training.learning_ratee=1", "training.learning_ratee: unknown key, did you mean 'learning_rate'?"),
        ("training.epochs=many", "training.epochs: 'many', expected a whole number in 0…1000000"),
        ("training.epochs=-1", "training.epochs: '-1', expected a whole number"),
        ("training.learning_rate=.nan", "training.learning_rate: '.nan', expected a finite number"),
        ("tasks.animal.datset=x", "tasks.animal.datset: unknown key, did you mean 'dataset'?"),
        ("tasks.animal={datset: animals, target: animal}", "tasks.animal.datset: unknown key, did you mean 'dataset'?"),
        ("tasks.animal.dataset=animal", "tasks.animal.dataset: no dataset 'animal', did you mean 'animals'?"),
        ("tasks.animal.role=training", "tasks.animal.role: 'training', expected one of train, transfer"),
        ("tasks.animal.metrics=[accuray]", "tasks.animal.metrics: 'accuray', expected one of accuracy"),
        ("model.preset=smal", "model.preset: 'smal', expected one of small, medium, large"),
        ("model.tie_layers=yes", "model.tie_layers: 'yes', expected true or false"),
        ("model.encoder=3", "model.encoder: expected keys with values"),
        ("tasks.an/imal={dataset: animals, target: animal}", "tasks: name 'an/imal', expected letters"),
        ("name=[1]", "name: a list, expected text"),
        ("training.epochs", "expected key=value"),
        ("training.epochs={", "not valid YAML"),
        ("tasks=", "tasks: missing"),
    ])
    func mistakesAreNamed(override: String, expected: String) {
        #expect {
            try Multimodal.Suite(yaml: text, overrides: [override])
        } throws: {
            "\($0)".contains(expected) && !"\($0)".contains("\n")
        }
    }

    @Test func aliasesDoNotExplode() {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            bomb += "a\(level): &a\(level) [\(aliases)]\n"
        }
        #expect { try Multimodal.Suite(yaml: bomb) } throws: { "\($0)".contains("too many values") }
    }

    @Test func tasksOpenSortedWithTheirDatasets() throws {
        let suite = try Multimodal.Suite(yaml: text)
        let root = Fixtures.path("")
        let tasks = try suite.open(dataRoot: root)
        #expect(tasks.map(\.name) == ["animal", "weight"])
        #expect(
            tasks[0].modalities == ["picture", "walk"] && tasks[0].batch == 32 && tasks[0].metrics == [.accuracy, .f1])
        #expect(tasks[1].modalities == ["walk"] && tasks[1].batch == 4 && tasks[1].metrics == [.rmse])
        #expect(tasks[0].dataset === tasks[1].dataset)
        #expect(try suite.open(dataRoot: root, role: .train).map(\.name) == ["animal"])
        let walk = try #require(tasks[0].description(of: "walk"))
        let encoding = suite.encoding(dataset: "animals", modality: "walk", description: walk)
        #expect(encoding.frequencyBands == 4 && encoding.maxFrequency == 5 && encoding.frequencyBase == 3)
        #expect(encoding.identity == "motion" && encoding.hasPositions)
        let picture = try #require(tasks[0].description(of: "picture"))
        let published = suite.encoding(dataset: "animals", modality: "picture", description: picture)
        #expect(published.frequencyBands == 6 && published.maxFrequency == 1 && published.frequencyBase == 2)
    }

    @Test(arguments: [
        ("tasks.animal.target=anmal", "tasks.animal.target: no target 'anmal'", "did you mean 'animal'?"),
        ("tasks.animal.modalities=[wlk]", "tasks.animal.modalities: no modality 'wlk'", "did you mean 'walk'?"),
        ("tasks.animal.metrics=[rmse]", "tasks.animal.metrics: rmse does not suit", "expected any of accuracy"),
        ("modalities.wlak={frequency_bands: 3}", "modalities.wlak: no such modality", "did you mean 'walk'?"),
        ("datasets.animals.path=nowhere", "datasets.animals.path: no folder", "data fetch animals"),
    ])
    func tasksThatDoNotMatchTheirDatasetAreNamed(override: String, expected: String, hint: String) throws {
        let suite = try Multimodal.Suite(yaml: text, overrides: [override])
        #expect {
            try suite.open(dataRoot: Fixtures.path(""))
        } throws: {
            "\($0)".contains(expected) && "\($0)".contains(hint) && !"\($0)".contains("\n")
        }
    }

    @Test func pathsAreResolvedFromTheRightFolder() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(text, to: "s.yaml")
        func path(_ value: String) throws -> String {
            try Multimodal.Suite(file: file, overrides: ["datasets.animals.path=\(value)"])
                .path(of: "animals", dataRoot: "/data")
        }
        #expect(try path("/a/b") == "/a/b")
        #expect(try path("a/b") == "/data/a/b")
        #expect(try path("../b") == folder.path + "/../b")
        #expect(DataRoot.folder(option: "x", environment: ["HIGHMMT_DATA": "y"]) == "x")
        #expect(DataRoot.folder(environment: ["HIGHMMT_DATA": "y"]) == "y")
        #expect(DataRoot.folder(environment: [:]) == "./data")
    }

    /// A stored suite without a recipe is older than the recipes.
    @Test func theDefaultRecipeIsRobustExceptInStoredSuites() throws {
        let text = "{name: s, datasets: {d: {path: d}}, tasks: {t: {dataset: d, target: x}}}"
        #expect(try Multimodal.Suite(yaml: text).training.recipe == .robust)
        let stored = try Multimodal.Suite(stored: text, file: "suite.yaml")
        #expect(stored.training.recipe == .published && stored.training.epochs == 80)
        let named = try Multimodal.Suite(stored: Multimodal.Suite(yaml: text).yaml(), file: "suite.yaml")
        #expect(named.training.recipe == .robust)
    }

    @Test func missingFileIsNamed() {
        #expect { try Multimodal.Suite(file: "/nowhere/s.yaml") } throws: { "\($0)" == "/nowhere/s.yaml: no such file" }
    }
}

@Suite struct SuiteFileTests {
    private let folder = (#filePath as NSString).deletingLastPathComponent + "/../../Suites"

    /// Every suite of the repository can be read, and reads back unchanged.
    @Test func suitesOfTheRepositoryAreSound() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        #expect(files.contains("open.yaml"))
        for file in files {
            let suite = try Multimodal.Suite(file: folder + "/" + file)
            #expect(try Multimodal.Suite(yaml: suite.yaml(), file: suite.file) == suite)
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            #expect(text.hasPrefix("#") && text.contains("highmmt train Suites/\(file)"))
        }
    }
}
