import ArgumentParser
import Method
import Multimodal
import Studies

/// The options shared by studies that train runs of a suite.
struct StudyOptions: ParsableArguments {
    @OptionGroup var suite: SuiteArguments

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Folder of the study. (default: runs/NAME-STUDY, with the suite's name)", valueName: "dir"))
    var folder: String?

    @Option(help: ArgumentHelp("Seeds of each model, each from its own random numbers.", valueName: "n"))
    var seeds = 5

    @OptionGroup var data: DataOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Score the validation splits instead of the test splits, which stay unread.")
    var noTest = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try CountOptions.check(["--seeds": seeds]) }

    /// Returns the suite with the trainings of a study, which show their progress on standard
    /// error.
    ///
    /// - Throws: `ConfigurationError` when the suite is invalid; `UnusableOption` when the device
    ///   does not exist.
    func prepared(_ study: String) throws -> (suite: Suite, training: StudyTraining) {
        let device = try runtime.activate()
        let suite = try suite.read()
        var training = StudyTraining(
            dataRoot: data.root, folder: folder ?? "runs/\(suite.name)-\(study)", device: device, usesTest: !noTest)
        let interrupt = InterruptSignal()
        training.saying = { Terminal.write(Terminal.bold("== \($0)") + "\n") }
        training.observer = MethodProgress().show
        training.shouldStop = { interrupt.isReceived }
        return (suite, training)
    }
}
