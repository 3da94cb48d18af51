import HighMMT
import Multimodal
import Torch
import Training

/// The trained model of a run, as the start of models for other tasks.
public struct SourceModel {
    /// The run.
    public let run: RunDirectory
    /// The stage of the run that trained the model.
    public let stage: TrainingStage
    /// The epoch of the parameters, counted from 1; `nil` if unknown.
    public let epoch: Int?
    /// The model settings of the run's suite.
    public let settings: ModelSettings
    /// The tasks of the run in its suite.
    let tasks: [String: SuiteTask]
    let model: HighMMTModel

    /// Loads the best parameters of a stage.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - stage: The stage; `nil` uses the latest.
    ///   - device: The device of the model.
    /// - Throws: `RunError` when the stage has no trained parameters; `FileError` or
    ///   `ConfigurationError` when a file cannot be read.
    public init(_ run: RunDirectory, stage: TrainingStage? = nil, device: Device) throws {
        guard run.exists, let trained = stage ?? run.latestStage else {
            throw RunError("\(run.path): contains no trained run; expected a folder made by highmmt train")
        }
        let suite = try Suite(ofRun: run.suitePath)
        self.run = run
        self.stage = trained
        settings = suite.model
        tasks = suite.tasks.filter { $0.value.role == .train }
        model = try run.bestModel(of: trained, device: device).model.asHighMMT(run)
        epoch = try run.checkpoints(stage: trained).latest()?.state.bestEpoch
    }

    /// The numbers of the groups of streams, ascending.
    public var encoderGroups: [Int] {
        Set(model.tasks.flatMap { $0.streams.map(model.sharing.group(of:)) }).sorted()
    }

    /// The numbers of the groups of pairs, ascending; empty if no task has a pair.
    public var crossmodalGroups: [Int] {
        Set(model.tasks.flatMap { $0.pairs.map(model.sharing.group(of:)) }).sorted()
    }

    /// Returns the number of a group that is given by its number or by the name of one of the
    /// source's streams or pairs; `nil` if there is no such group.
    func encoderGroup(named name: String) -> Int? {
        if let number = Int(name) { return encoderGroups.contains(number) ? number : nil }
        return model.tasks.flatMap(\.streams).first { $0.description == name }.map(model.sharing.group(of:))
    }

    /// As ``encoderGroup(named:)``, for pairs.
    func crossmodalGroup(named name: String) -> Int? {
        if let number = Int(name) { return crossmodalGroups.contains(number) ? number : nil }
        return model.tasks.flatMap(\.pairs).first { $0.description == name }.map(model.sharing.group(of:))
    }

    /// Returns a suite with the sizes of this model and the given groups, wide enough for its own
    /// tokens and for those of the source.
    func sized(_ suite: Suite, for tasks: [OpenedTask], sharing: Sharing) -> Suite {
        var suite = suite
        // The groups below must not change the recipe of the tasks.
        suite.training.clip = suite.training.clip(hasGroups: suite.model.groups != nil)
        suite.model = settings
        suite.model.method = .highmmt
        suite.model.groups = ModelSettings.Groups(
            encoders: sharing.encoders.mapValues { "\($0)" }, crossmodal: sharing.crossmodal.mapValues { "\($0)" })
        let shapes = suite.taskShapes(of: tasks)
        func identityWidth(_ identities: Set<String>) -> Int {
            model.configuration.identity.width(modalities: identities.count)
        }
        let own = identityWidth(Set(shapes.flatMap { $0.modalities.map(\.identity) }))
        let widest = shapes.flatMap(\.modalities).map(\.inputWidth).max() ?? 1
        suite.model.tokenWidth = max(
            settings.tokenWidth ?? 0,
            own + max(widest, model.tokenWidth - identityWidth(Set(model.identityNames))))
        return suite
    }
}
