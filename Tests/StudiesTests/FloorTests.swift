import Testing
import Torch

@testable import Multimodal
@testable import Studies

@Suite("Floors: simple models on summary statistics")
struct FloorTests {
    @Test("mean and standard deviation use valid tokens only, and are zero when a sample lacks the modality")
    func statistics() throws {
        let overlap = try OverlapSuite()
        let task = try #require(try overlap.suite.open(dataRoot: overlap.folder.path, role: .train).first)
        let name = try #require(task.modalities.first)
        let batch = Batch(
            rows: [0, 1],
            inputs: [name: try Tensor([1, 3, 99, 5, 5, 5] as [Float], shape: [2, 3, 1])],
            masks: [name: try Tensor([1, 1, 0, 1, 1, 1] as [Float], shape: [2, 3]).to(dtype: .bool)],
            present: [name: [true, false]], target: try Tensor([0, 1] as [Int64], shape: [2]))
        let features = try FloorFeatures(of: task).features(of: batch)
        #expect(features.shape == [2, 3])
        #expect(try features.floats() == [2, 1, 1, 0, 0, 0])
    }

    @Test("a linear relation is found, and a large penalty suppresses it")
    func regression() throws {
        let features = try Tensor((0..<40).map { (index: Int) -> Float in Float((index * 7) % 13) }, shape: [20, 2])
        let values = try features.floats()
        let truths: [Float] = (0..<20).map { (row: Int) -> Float in 3 * values[2 * row] - values[2 * row + 1] + 5 }
        let found = try RidgeFloor.all(features: features, targets: Tensor(truths, shape: [20, 1]))
        #expect(found.count == RidgeFloor.penalties.count)
        let errors = try found.map { candidate in
            let outputs = try candidate.outputs(features).floats()
            return zip(outputs, truths).map { abs($0 - $1) }.max() ?? 0
        }
        #expect(errors[0] < 1e-2)
        #expect(try #require(errors.last) > 1)
    }

    @Test("every task with informative inputs has a floor above chance")
    func floors() throws {
        let overlap = try OverlapSuite()
        let tasks = try overlap.suite.open(dataRoot: overlap.folder.path, role: .train)
        let floors = try FloorStudy(tasks, models: [.ridge], python: .missing("not requested")).run()
        #expect(floors.map(\.task) == tasks.map(\.name))
        for floor in floors {
            let name = floor.metric.rawValue
            let ridge = try #require(floor.models["ridge"])
            #expect(try #require(ridge.test[name]) > (try #require(floor.chance[name])), "\(floor.task)")
            #expect(RidgeFloor.penalties.map { "penalty \($0)" }.contains(ridge.setting))
            #expect(floor.skipped.isEmpty)
        }
    }

    @Test("a task whose metric is undefined is skipped, and the others have floors")
    func undefinedMetric() throws {
        let growing = try GrowingSuite()
        let path = growing.folder.path("gaits/valid.safetensors")
        var tensors = try SafetensorsFile(path: path).tensors()
        tensors["target/size"] = try Tensor.full([16], 2)
        try SafetensorsWriter.write(tensors, to: path)
        let tasks = try growing.suite.open(dataRoot: growing.folder.path, role: .train)
        let floors = try FloorStudy(tasks, models: [.ridge], python: .missing("")).run()
        #expect(floors.map { $0.models["ridge"] != nil } == [true, true, false])
        #expect(floors[2].skipped["ridge"]?.contains("size: r2 is undefined on the validation split") == true)
    }

    @Test("floors see the rows that the suite trains on")
    func limitedRows() throws {
        let overlap = try OverlapSuite()
        var suite = overlap.suite
        let task = try #require(try suite.open(dataRoot: overlap.folder.path, role: .train).first)
        func ridge(_ suite: Multimodal.Suite?) throws -> FloorScore? {
            try FloorStudy([task], models: [.ridge], python: .missing(""), suite: suite).run().first?.models["ridge"]
        }
        #expect(try ridge(suite) == ridge(nil))
        suite.training.samples = 12
        #expect(suite.trainingRows(of: task).count == 12)
        #expect(try ridge(suite) != ridge(nil))
    }
}
