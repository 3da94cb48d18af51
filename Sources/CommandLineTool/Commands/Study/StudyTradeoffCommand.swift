import ArgumentParser
import Files
import Heterogeneity
import Multimodal
import Reporting
import Studies

/// `highmmt study tradeoff`: compares models by score, size and time.
struct StudyTradeoffCommand: TeamCommand {
    static let configuration = CommandConfiguration(
        commandName: "tradeoff",
        abstract: "Compare HighMMT and prior methods by score, parameters, training and inference time.",
        discussion: """
            Trains every method at every width, and HighMMT with the numbers of groups of --groups, from several \
            seeds, all with the same data, encodings, recipe and metrics. Parameters are those that gradients change. \
            The front is the Pareto front: no other model has both a higher mean score and fewer parameters. The last \
            column names the tasks in which a model misses the floor, a ridge regression, although HighMMT reaches it: \
            mend such a peer before comparing. The folder of the study keeps the runs, tradeoff.json, tradeoff.csv and \
            tradeoff.html. An interrupted study continues when the command is repeated.

            Examples:
              highmmt study tradeoff Suites/open.yaml
              highmmt study tradeoff Suites/open.yaml --methods highmmt,late-fusion --widths 32,64 --seeds 3
              highmmt study tradeoff Suites/open.yaml --matrices runs/open --groups 3,1 --groups 3,3
            """)

    @OptionGroup var options: StudyOptions

    @Option(help: ArgumentHelp("Methods, separated by commas. (default: all)", valueName: "names"))
    var methods: String?

    @Option(help: ArgumentHelp("Widths, separated by commas. (default: that of the suite)", valueName: "widths"))
    var widths: String?

    @Option(help: ArgumentHelp("Numbers of groups of streams and of pairs for HighMMT. Repeatable.", valueName: "n,n"))
    var groups: [String] = []

    @Option(help: ArgumentHelp("Run with the matrices for --groups. (default: runs/NAME)", valueName: "dir"))
    var matrices: String?

    func validate() throws { _ = (try wantedMethods(), try wantedWidths(64), try wantedGroups()) }

    func run() throws {
        let (suite, training) = try options.prepared("tradeoff")
        let widths = try wantedWidths(suite.model.width)
        var arms = try widths.flatMap { width in try wantedMethods().map { TradeoffArm($0, width: width) } }
        arms += try widths.flatMap { width in
            try wantedGroups().map { TradeoffArm(.highmmt, width: width, groups: $0) }
        }
        let folder = HeterogeneityFolder(run: matrices ?? "runs/\(suite.name)")
        let measured =
            groups.isEmpty
            ? nil
            : MeasuredMatrices(
                modalities: try folder.matrix(.modalities), interactions: try folder.matrix(.interactions))
        let study = TradeoffStudy(
            suite, arms: arms, seeds: options.seeds, matrices: measured, training: training)
        let result = try FolderLock.holding(training.folder) {
            let result = try study.run()
            try StudyPage(result).write(to: "\(training.folder)/tradeoff.html")
            return result
        }
        if options.json { try JSONOutput.print(result) } else { print(TradeoffStudyText(result).text) }
    }

    private func wantedMethods() throws -> [ModelMethod] {
        try methods.map { try CommaList.cases($0, option: "--methods") } ?? ModelMethod.allCases
    }

    private func wantedWidths(_ usual: Int) throws -> [Int] {
        guard let widths else { return [usual] }
        return try CommaList.values(widths, option: "--widths") { text in
            guard let width = Int(text), (1...65_536).contains(width) else {
                throw ValidationError("--widths has '\(text)'; expected whole numbers from 1 to 65536")
            }
            return width
        }
    }

    private func wantedGroups() throws -> [[Int]] {
        try CommaList.distinct(groups, option: "--groups") { text in
            let items = text.split(separator: ",").map(CommaList.trimmed)
            let numbers = items.compactMap { Int($0) }
            guard items.count == 2, numbers.count == 2, numbers.allSatisfy({ $0 > 0 }) else {
                throw ValidationError("--groups is '\(text)'; expected two numbers above 0, such as 3,2")
            }
            return numbers
        }
    }
}
