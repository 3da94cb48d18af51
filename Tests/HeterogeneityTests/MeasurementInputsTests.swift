import Foundation
import Multimodal
import Testing

@testable import Heterogeneity

@Suite("What a measurement depends on")
struct MeasurementInputsTests {
    private static let text = """
        name: two
        seed: 3
        datasets: {cards: {path: cards}, notes: {path: notes}}
        tasks: {kind: {dataset: cards, target: kind}, tone: {dataset: notes, target: tone, role: transfer}}
        model: {groups: {encoders: {kind/a: first}}}
        training: {recipe: published, batch: 8, learning_rate: 0.01, weight_decay: 0, stage2: {epochs: 2}}
        """

    private func suite(_ overrides: [String] = []) throws -> Multimodal.Suite {
        try Multimodal.Suite(yaml: Self.text, file: "suite.yaml", overrides: overrides)
    }

    /// Property → an override, and whether a measurement depends on it. Every new setting has to
    /// be listed here.
    private static let training: [String: (override: String, matters: Bool)] = [
        "recipe": ("training.recipe=robust", true), "optimiser": ("training.optimizer=adamw", true),
        "warmup": ("training.warmup=0.1", true), "clip": ("training.clip=1", true),
        "keep": ("training.keep=loss", false),
        "countsStart": ("training.counts_start=true", false), "balance": ("training.balance=chance", false),
        "pacing": ("training.pacing=even", false), "summary": ("training.summary=linear", false),
        "calibration": ("training.calibration=true", false), "dropout": ("training.dropout=0.1", false),
        "epochs": ("training.epochs=7", false), "learningRate": ("training.learning_rate=0.02", true),
        "weightDecay": ("training.weight_decay=0.5", true), "batch": ("training.batch=9", true),
        "epochBatches": ("training.epoch_batches=3", false), "samples": ("training.samples=5", false),
        "labels": ("training.labels=0.5", true),
        "patience": ("training.patience=2", false), "keepLast": ("training.keep_last=4", false),
        "modalityDropout": ("training.modality_dropout=0.3", false),
        "schedule": ("training.schedule=cosine", false), "averaging": ("training.averaging=0.9", false),
        "tokenDropout": ("training.token_dropout=0.2", false),
        "featureDropout": ("training.feature_dropout=0.2", false),
        "nonFinite": ("training.nonfinite=skip", false),
        "stage2": ("training.stage2={epochs: 9, learning_rate: 0.5, weight_decay: 0.25}", false),
    ]

    private static let others: [(override: String, matters: Bool)] = [
        ("name=other", false), ("seed=4", true), ("datasets.cards.path=elsewhere", true),
        ("datasets.cards.import=digits", false), ("datasets.cards.fetch=open", false),
        ("datasets.notes.path=elsewhere", false), ("tasks.kind.target=sort", true),
        ("tasks.kind.modalities=[a, b]", true), ("tasks.kind.batch=9", true), ("tasks.kind.batch=8", false),
        ("tasks.kind.weight=2", false), ("tasks.kind.metrics=[f1]", false),
        ("tasks.kind.modality_dropout=0.5", false),
        ("tasks.kind.class_weights=balanced", false), ("tasks.kind.sample_weights=trust", false),
        ("tasks.tone.role=train", true), ("tasks.tone.target=x", false),
        ("modalities.a.frequency_bands=2", true), ("modalities.a.max_frequency=2", true),
        ("modalities.a.frequency_base=3", true), ("modalities.a.identity=a", true),
        ("modalities.a.token_dropout=0.2", false), ("model.latents=4", true),
        ("model.width=8", true), ("model.head_width=8", true), ("model.depth=2", true),
        ("model.encoder.self_heads=3", true), ("model.crossmodal.depth=2", true), ("model.identity=one-hot", true),
        ("model.identity_width=3", true), ("model.tie_layers=false", true), ("model.groups={encoders: {}}", false),
        ("model.method=late-fusion", false), ("model.token_width=99", true),
    ]

    @Test("every setting of the training is said to matter or not")
    func complete() throws {
        let known = Mirror(reflecting: try suite().training).children.compactMap(\.label)
        #expect(known.sorted() == Self.training.keys.sorted())
        let all = Mirror(reflecting: try suite()).children.compactMap(\.label)
        #expect(all == ["name", "seed", "datasets", "tasks", "modalities", "model", "training", "file"])
        let task = try #require(try suite().tasks["kind"])
        #expect(
            Mirror(reflecting: task).children.compactMap(\.label) == [
                "dataset", "target", "modalities", "weight", "batch", "metrics", "modalityDropout", "classWeights",
                "sampleWeights", "role",
            ])
    }

    @Test("what does not matter keeps a measurement, what matters is refused by name")
    func prepared() throws {
        let folder = try Folder()
        let budget = TransferBudget()
        let measured = HeterogeneityFolder(run: folder.path)
        try measured.prepare(for: suite(), budget: budget)
        let settings = try folder.settings()
        // The published recipe leaves out what earlier versions did not write.
        let keys = ["optimizer", "warmup", "clip", "patience"]
        #expect(!keys.contains { String(decoding: settings, as: UTF8.self).contains("\"\($0)\"") })
        for (override, matters) in Self.training.values.map({ $0 }) + Self.others {
            let changed = try suite([override])
            #expect((MeasurementInputs(changed) != MeasurementInputs(try suite())) == matters, "\(override)")
            guard matters else {
                try measured.prepare(for: changed, budget: budget)
                continue
            }
            let error = #expect(throws: HeterogeneityError.self, "\(override)") {
                try measured.prepare(for: changed, budget: budget)
            }
            let text = error?.description ?? ""
            #expect(text.contains("contains a measurement of another suite: '") && text.contains("' now;"), "\(text)")
            #expect(!text.contains("\n"))
        }
        let error = #expect(throws: HeterogeneityError.self) {
            try measured.prepare(for: suite(["model.latents=4"]), budget: budget)
        }
        #expect(error?.description.contains("'latents: 20' there, 'latents: 4' now") == true)
        #expect(try folder.settings() == settings)
    }

    @Test("settings that an earlier version wrote are compared, or refused in a sentence")
    func earlier() throws {
        struct Earlier: Encodable {
            var budget = TransferBudget()
            var suite: String
        }
        let folder = try Folder()
        let measured = HeterogeneityFolder(run: folder.path)
        try FileManager.default.createDirectory(atPath: measured.path, withIntermediateDirectories: true)
        // Earlier versions set to 0 or left out what they knew not to matter.
        let text = try suite(["training.epochs=0", "training.stage2.epochs=0"]).yaml()
        try folder.write(JSONEncoder().encode(Earlier(suite: text)))
        try measured.prepare(for: suite(), budget: TransferBudget())
        let other = #expect(throws: HeterogeneityError.self) {
            try measured.prepare(for: suite(["training.batch=9"]), budget: TransferBudget())
        }
        #expect(other?.description.contains("'batch: 8' there, 'batch: 9' now") == true)
        // With more seeds, the settings are written again, in the current form.
        try measured.prepare(for: suite(), budget: TransferBudget(seeds: 5))
        #expect(try String(decoding: folder.settings(), as: UTF8.self).contains("\"inputs\""))
        try measured.prepare(for: suite(), budget: TransferBudget(seeds: 5))

        try folder.write(JSONEncoder().encode(Earlier(suite: "name: two\nunknown: 1\n")))
        #expect { try measured.prepare(for: suite(), budget: TransferBudget()) } throws: {
            "\($0)".contains("settings.json: is of an earlier version") && !"\($0)".contains("\n")
        }
        try folder.write(Data("{}".utf8))
        #expect { try measured.prepare(for: suite(), budget: TransferBudget()) } throws: {
            "\($0)".hasSuffix(
                "settings.json: does not contain the settings of a measurement; remove the folder to start again")
        }
    }

    private final class Folder {
        let path = NSTemporaryDirectory() + "inputs-tests-" + UUID().uuidString

        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        private var file: URL { URL(fileURLWithPath: "\(path)/heterogeneity/settings.json") }

        func settings() throws -> Data { try Data(contentsOf: file) }

        func write(_ data: Data) throws { try data.write(to: file) }
    }
}
