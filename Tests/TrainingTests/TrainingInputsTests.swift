import Foundation
import Multimodal
import Testing

@testable import Training

@Suite struct TrainingInputsTests {
    /// Property → an override, and true if it affects a step of stage 1. Every new setting must be
    /// listed here.
    private static let training: [String: (override: String, matters: Bool)] = [
        "recipe": ("training.recipe=robust", true), "optimiser": ("training.optimizer=adamw", true),
        "warmup": ("training.warmup=0.1", true), "clip": ("training.clip=1", true),
        "keep": ("training.keep=loss", true),
        "countsStart": ("training.counts_start=true", true), "balance": ("training.balance=chance", true),
        "pacing": ("training.pacing=even", true), "summary": ("training.summary=linear", true),
        "calibration": ("training.calibration=true", true), "dropout": ("training.dropout=0.1", true),
        "epochs": ("training.epochs=7", false), "learningRate": ("training.learning_rate=0.02", true),
        "weightDecay": ("training.weight_decay=0.5", true), "batch": ("training.batch=9", true),
        "epochBatches": ("training.epoch_batches=3", true), "samples": ("training.samples=5", true),
        "labels": ("training.labels=0.5", true),
        "patience": ("training.patience=2", true), "keepLast": ("training.keep_last=4", false),
        "modalityDropout": ("training.modality_dropout=0.3", true), "schedule": ("training.schedule=cosine", true),
        "averaging": ("training.averaging=0.9", true), "tokenDropout": ("training.token_dropout=0.2", true),
        "featureDropout": ("training.feature_dropout=0.2", true),
        "nonFinite": ("training.nonfinite=skip", false),
        "stage2": ("training.stage2={epochs: 9, learning_rate: 0.5, weight_decay: 0.25}", false),
    ]

    private static let others: [(override: String, matters: Bool)] = [
        ("name=other", true), ("seed=4", true), ("datasets.gaits.path=elsewhere", true),
        ("datasets.gaits.import=digits", false), ("datasets.gaits.fetch=open", false), ("tasks.size.weight=2", true),
        ("tasks.gait.target=sort", true), ("tasks.gait.modalities=[card]", true), ("tasks.gait.batch=9", true),
        ("tasks.gait.metrics=[f1]", true), ("tasks.gait.modality_dropout=0.5", true),
        ("tasks.gait.role=transfer", true), ("modalities.walk.frequency_bands=2", true),
        ("modalities.walk.token_dropout=0.2", true), ("model.latents=4", true),
        ("model.groups={encoders: {gait/walk: a}}", true), ("model.method=late-fusion", true),
        ("model.token_width=99", true),
    ]

    @Test func everySettingIsSaidToMatterOrNot() throws {
        let synthetic = try SyntheticSuite()
        let settings = Mirror(reflecting: try synthetic.suite().training).children.compactMap(\.label)
        #expect(settings.sorted() == Self.training.keys.sorted())
    }

    /// A run continues after a change that does not matter and refuses one that does, without
    /// writing anything.
    @Test func whatMattersIsRefused() throws {
        let synthetic = try SyntheticSuite()
        let run = synthetic.directory("run")
        try run.prepare(for: synthetic.suite(), tasks: [])
        let before = try synthetic.files("run")
        for (override, matters) in Self.training.values.map({ $0 }) + Self.others {
            let changed = try synthetic.suite([override])
            guard matters else {
                try run.check(for: changed)
                continue
            }
            let error = #expect(throws: RunError.self, "\(override)") { try run.check(for: changed) }
            let text = error?.description ?? ""
            #expect(
                text.contains("contains a run of another suite: '") && text.contains("' now;"), "\(override): \(text)")
        }
        try expectSame(before, synthetic.files("run"))
    }
}
