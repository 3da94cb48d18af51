import Multimodal
import Torch
import Training

/// The first stage of a suite, whatever its method.
public struct SuiteTraining {
    /// The suite.
    public var suite: Suite
    /// The folder to which relative dataset paths refer.
    public var dataRoot: String
    /// The run whose folder keeps the results.
    public var run: RunDirectory
    /// The device to train on.
    public var device: Device

    /// Creates the training of a suite.
    public init(_ suite: Suite, dataRoot: String, run: RunDirectory, device: Device) {
        self.suite = suite
        self.dataRoot = dataRoot
        self.run = run
        self.device = device
    }

    /// Trains the suite, or resumes, and returns its scores.
    ///
    /// - Parameters:
    ///   - usesTest: False to score the validation splits and leave the test splits unread.
    ///   - observer: Receives the events.
    ///   - shouldStop: Returns true to stop; called before each step.
    /// - Throws: The errors of ``StageTraining/perform(usesTest:observer:shouldStop:)``.
    public func perform(
        usesTest: Bool = true, observer: @escaping MethodObserver = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> RunResult {
        if suite.model.method == .unimodal {
            return try UnimodalTraining(suite, dataRoot: dataRoot, run: run, device: device)
                .perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
        }
        return try StageTraining(.first, of: OpenedSuite(suite, dataRoot: dataRoot), run: run, device: device)
            .perform(usesTest: usesTest, observer: observer, shouldStop: shouldStop)
    }
}
