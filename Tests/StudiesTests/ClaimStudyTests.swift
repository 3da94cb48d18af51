import Files
import Foundation
import Heterogeneity
import Method
import Multimodal
import Testing
import Training

@testable import Studies

@Suite("Studies of the paper's claims")
struct ClaimStudyTests {
    @Test("every method and every number of groups has a score, a size and times")
    func tradeoff() throws {
        let growing = try GrowingSuite()
        let names = ["kind/card", "kind/walk", "other/card", "other/walk", "size/walk"]
        var values = SquareMatrix(count: 5, repeating: 0.0)
        for pair in EntryPair.all(of: 5) {
            let distance = Double(1 + pair.first + pair.second)
            (values[pair.first, pair.second], values[pair.second, pair.first]) = (distance, distance)
        }
        let arms =
            ModelMethod.allCases.map { TradeoffArm($0, width: 8) } + [
                TradeoffArm(.highmmt, width: 4), TradeoffArm(.highmmt, width: 8, groups: [2, 1]),
            ]
        func study() throws -> TradeoffStudy {
            TradeoffStudy(
                growing.suite, arms: arms, seeds: 2,
                matrices: MeasuredMatrices(
                    modalities: try HeterogeneityMatrix(names: names, values: values), interactions: nil),
                training: growing.training("tradeoff"))
        }
        let result = try study().run()
        #expect(result.arms.map(\.name) == arms.map(\.name) && result.split == .test)
        for arm in result.arms {
            #expect(arm.score?.values.count == 2 && arm.parameters > 0, "\(arm.name)")
            #expect(arm.tasks.keys.sorted() == ["kind", "other", "size"], "\(arm.name)")
            #expect(arm.trainingSeconds?.mean ?? 0 > 0 && arm.inferenceMilliseconds?.mean ?? 0 > 0, "\(arm.name)")
        }
        func parameters(_ name: String) throws -> Int { try #require(result.arms.first { $0.name == name }).parameters }
        #expect(try parameters("highmmt-4") < parameters("highmmt-8"))
        #expect(try parameters("highmmt-8") == parameters("share-all-8"))
        #expect(try parameters("highmmt-8") < parameters("highmmt-8-groups-2-1"))
        #expect(try parameters("highmmt-8-groups-2-1") < parameters("single-task-8"))
        // Nothing on the front is dominated, and something is on it.
        let front = result.arms.filter(\.isOnFront)
        #expect(!front.isEmpty)
        for arm in front {
            for other in result.arms {
                let isBetter = (other.score?.mean ?? 0) > (arm.score?.mean ?? 0) && other.parameters < arm.parameters
                #expect(!isBetter, "\(other.name) dominates \(arm.name)")
            }
        }
        let lines = try growing.lines("tradeoff/tradeoff.csv")
        #expect(lines.count == 2 + arms.count && lines[1].hasPrefix("highmmt-8,highmmt,8,,,"))
        // The floors are those of `study floors`, and stand below the models.
        let tasks = try growing.suite.open(dataRoot: growing.folder.path, role: .train)
        let floors = try FloorStudy(tasks, models: [.ridge], python: .missing("")).run()
        #expect(floors.count == 3 && result.floors.count == 3)
        for floor in floors {
            let ridge = try #require(floor.models["ridge"]?.test[floor.metric.rawValue])
            #expect(result.floors[floor.task]?.ridge == ridge && result.floors[floor.task]?.metric == floor.metric)
        }
        #expect(lines.last?.hasPrefix("ridge floor,,") == true)
        #expect(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }.allSatisfy { $0 == 20 })
        // Times of trainings are kept, so a second study gives the same.
        #expect(try study().run().table == result.table)
    }

    @Test("a peer is weakened where it misses a floor that HighMMT reaches")
    func floors() throws {
        func arm(_ method: ModelMethod, _ scores: [String: Double]) throws -> TradeoffStudy.Result.Arm {
            let arm = TradeoffArm(method, width: 8)
            return TradeoffStudy.Result.Arm(
                arm: arm, name: arm.name, parameters: 1, tasks: try scores.mapValues { try #require(SeedMean([$0])) },
                isOnFront: false)
        }
        var result = TradeoffStudy.Result(
            suite: "", split: .test,
            arms: [
                try arm(.highmmt, ["both": 0.9, "ours": 0.8, "none": 0.5, "error": 1]),
                try arm(.lateFusion, ["both": 0.8, "ours": 0.7, "none": 0.5, "error": 1.2]),
                try arm(.shareAll, ["both": 0.7, "ours": 0.75, "none": 0.5]),
            ],
            floors: [
                "both": .init(metric: .accuracy, ridge: 0.75), "ours": .init(metric: .accuracy, ridge: 0.75),
                "none": .init(metric: .accuracy, ridge: 0.6), "error": .init(metric: .rmse, ridge: 1.1),
            ])
        result.markWeakened()
        #expect(result.arms.map(\.belowFloor) == [[], ["error", "ours"], ["both"]])
    }

    @Test("orders add one modality or one task at a time")
    func scaling() throws {
        let growing = try GrowingSuite()
        let results = try ScalingStudy(growing.suite, orders: 2, training: growing.training("scaling", usesTest: false))
            .run()
        #expect(results.map(\.axis) == [.modalities, .tasks])
        for order in results[0].orders {
            #expect(order.steps.map(\.count) == [3, 4, 5])
            #expect(Set(order.steps.dropFirst().map { $0.added.split(separator: "/")[0] }) == ["kind", "other"])
            #expect(order.steps[0].changeOfOthers == nil && order.steps[0].changeOfOwn == nil)
            for (before, step) in zip(order.steps, order.steps.dropFirst()) {
                let task = String(step.added.split(separator: "/")[0])
                let own = try #require(step.scores[task]) - #require(before.scores[task])
                #expect(abs(own - (try #require(step.changeOfOwn))) < 1e-12)
                let others = step.scores.keys.filter { $0 != task }
                let changes = try others.map { try #require(step.scores[$0]) - #require(before.scores[$0]) }
                #expect(abs(changes.reduce(0, +) / 2 - (try #require(step.changeOfOthers))) < 1e-12)
            }
        }
        for order in results[1].orders {
            #expect(order.steps.map(\.count) == [1, 2, 3] && order.steps.map(\.scores.count) == [1, 2, 3])
            let first = order.steps[0].added
            let change = try #require(order.steps[2].scores[first]) - #require(order.steps[1].scores[first])
            #expect(abs(change - (try #require(order.steps[2].changeOfFirst))) < 1e-12)
        }
        #expect(results[0].others.steps == 4 && results[1].first.steps == 4 && results[1].own.steps == 0)
        // Per order: 3 scores in each of 3 steps of modalities; 1 + 2 + 3 of tasks.
        #expect(try growing.lines("scaling/scaling.csv").count == 1 + 2 * (9 + 6))
    }

    @Test("every task is left out, from no source to all")
    func transfer() throws {
        let growing = try GrowingSuite(recipe: .robust)
        var suite = growing.suite
        suite.tasks["other"]?.role = .transfer
        let training = growing.training("transfer")
        let result = try TransferStudy(suite, labels: [0.5, 1], seeds: 2, training: training).run()
        // `other` is never a source: two sources for it, one for each of the others.
        let cells = result.cells.map { "\($0.task) \($0.labels) \($0.sources) \($0.rows)" }
        #expect(
            cells == [
                "kind 0.5 0 12", "kind 0.5 1 12", "kind 1.0 0 24", "kind 1.0 1 24", "other 0.5 0 12", "other 0.5 1 12",
                "other 0.5 2 12", "other 1.0 0 24", "other 1.0 1 24", "other 1.0 2 24", "size 0.5 0 12",
                "size 0.5 1 12",
                "size 1.0 0 24", "size 1.0 1 24",
            ])
        for cell in result.cells {
            let scratch = try #require(
                result.cells.first { $0.task == cell.task && $0.labels == cell.labels && $0.sources == 0 })
            #expect(cell.score.values.count == 2)
            let gain = cell.score.mean - scratch.score.mean
            #expect(cell.sources == 0 ? cell.gain == nil : abs((cell.gain?.difference ?? 9) - gain) < 1e-12)
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: training.folder)
        #expect(names.contains("source-kind+size-seed-2") && names.contains("transfer.csv"))
        // From scratch and after sources, models have the same size and recipe.
        for task in ["kind", "size", "other"] {
            let runs = names.filter { $0.hasPrefix("\(task)-") }
                .map { RunDirectory("\(training.folder)/\($0)") }
            #expect(try Set(runs.map { try $0.record(of: .first).configuration.tokenWidth }).count == 1)
            #expect(Set(runs.compactMap { $0.result(of: .first)?.parameters }).count == 1)
            #expect(try Set(runs.map { try Multimodal.Suite(ofRun: $0.suitePath).training.clip }) == [1])
        }
        #expect { try TransferStudy(suite, tasks: ["kin"], labels: [1], seeds: 1, training: training).run() } throws: {
            "\($0)".contains("did you mean 'kind'")
        }
    }

    @Test("every task is trained alone, with each other, and with all")
    func interference() throws {
        let growing = try GrowingSuite()
        let training = growing.training("interference")
        let result = try InterferenceStudy(growing.suite, seeds: 2, training: training).run()
        let rows = result.changes.map { "\($0.task) \($0.added ?? "all")" }
        #expect(
            rows == [
                "kind other", "kind size", "kind all", "other kind", "other size", "other all", "size kind",
                "size other",
                "size all",
            ])
        for change in result.changes {
            #expect(abs(change.change.difference - (change.together.mean - change.alone.mean)) < 1e-12)
        }
        // The change of kind by size, from the runs themselves.
        func score(_ run: String) throws -> Double {
            let stored = try #require(RunDirectory("\(training.folder)/\(run)").result(of: .first))
            let task = try #require(stored.tasks["kind"])
            return try #require(SuiteScore.share(of: task))
        }
        let involvement = try #require(result.involvement)
        #expect(involvement.unimodal.count == 4 && involvement.crossmodal?.count == 4)
        #expect(involvement.unimodal.allSatisfy { $0.values.count == 2 })
        #expect(abs(involvement.unimodal.reduce(0) { $0 + $1.mean } - 1) < 1e-9)
        // `size` has one modality, so no crossmodal block matters to three tasks.
        #expect(involvement.crossmodal?[3].mean == 0)
        #expect(try growing.lines("interference/involvement.csv").count == 1 + 2 * 4)
        let changes = try [2, 3].map { try score("kind+size-seed-\($0)") - score("kind-seed-\($0)") }
        #expect(abs(result.changes[1].change.difference - (changes[0] + changes[1]) / 2) < 1e-12)
    }

    @Test("a stopped study continues")
    func stops() throws {
        let growing = try GrowingSuite()
        var training = growing.training("stopped")
        var steps = 5
        training.shouldStop = {
            steps -= 1
            return steps < 0
        }
        #expect(throws: Interruption.self) {
            try ScalingStudy(growing.suite, orders: 1, axes: [.tasks], training: training).run()
        }
        let result = try ScalingStudy(
            growing.suite, orders: 1, axes: [.tasks], training: growing.training("stopped")
        ).run()
        #expect(result[0].orders[0].steps.count == 3)
    }

    @Test("a lock file that a killed process left in a finished run is removed")
    func leftovers() throws {
        let growing = try GrowingSuite()
        let training = growing.training("killed")
        let study = ScalingStudy(growing.suite, orders: 1, axes: [.tasks], training: training)
        _ = try study.run()
        let runs = try Folder.names(in: training.folder).filter {
            FileManager.default.fileExists(atPath: "\(training.folder)/\($0)/result.json")
        }
        let file = "\(training.folder)/\(try #require(runs.first))/.lock"
        try Data("process 1 on host gone\n".utf8).write(to: URL(fileURLWithPath: file))
        _ = try study.run()
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("tables quote commas and quotes")
    func csv() {
        let table = StudyTable(header: ["a", "b"], rows: [["x,y", "say \"z\""], ["", "1"]])
        #expect(table.csv == "a,b\n\"x,y\",\"say \"\"z\"\"\"\n,1\n")
    }
}
