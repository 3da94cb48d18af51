import HighMMT
import Multimodal
import Numerics
import Torch

/// The fit of the summary path of a task to its training rows.
///
/// The penalty is the one with the least loss on rows that were not fitted: the validation rows
/// and, where they are few, folds of the training rows.
struct SummaryFit {
    /// The largest number of rows to fit to and to choose by, evenly spaced.
    private static let (mostRows, mostValidationRows) = (6000, 4000)

    /// Parameter path → value of the summary path.
    let parameters: [String: Tensor]
    /// The chosen penalty.
    let penalty: Double

    /// The fit ended on request.
    struct Stopped: Error {}

    /// Fits the summary path of a task.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - shape: The shape of the task, with summaries.
    ///   - objective: The objective of the task.
    ///   - rows: The training rows to use.
    ///   - shouldStop: Returns true to stop; called before each part of the work.
    /// - Throws: ``Stopped`` on request; `DatasetError` or `SafetensorsError` that names the file
    ///   when a split cannot be read.
    init(
        _ task: OpenedTask, shape: TaskShape, objective: TaskObjective, rows: [Int], shouldStop: () -> Bool = { false }
    ) throws {
        let reader = BatchReader(task, split: .train)
        let count = min(rows.count, Self.mostRows)
        let used = (0..<count).map { rows[$0 * rows.count / count] }
        let validReader = BatchReader(task, split: .valid)
        let validRows = validReader.evenlySpacedRows(atMost: Self.mostValidationRows)
        let columns = try SummaryColumns(reader, used, shape, objective)
        let bounds = try columns.bounds()
        let groups = try Self.groups(of: task)
        let trials = try SummaryTrials(
            train: SummarySamples(columns, bounds: bounds),
            valid: SummarySamples(SummaryColumns(validReader, validRows, shape, objective), bounds: bounds),
            folds: used.map { Self.fold(of: groups?[reader.storedRow($0)] ?? $0) }, objective: objective)

        let best = try trials.best(of: SummarySamples.choices(of: shape), shouldStop: shouldStop)
        penalty = best.penalty
        parameters = try Self.parameters(trials.map(of: best), trials.mean, trials.scale, shape)
            .merging(bounds.map { ("summary.\(shape.name).\($0.key).bounds", $0.value) }) { $1 }
    }

    /// Returns the group of every training row, where every group is in one split only; a fold must
    /// not contain a part of a group.
    private static func groups(of task: OpenedTask) throws -> [Int]? {
        let names = (task.dataset.description.groups ?? [:]).filter { $0.value.disjoint }.keys.sorted()
        guard let name = names.first else { return nil }
        let groups = try task.dataset.train.file.tensor(named: "group/\(name)").integers().map { Int($0) }
        return Set(groups).count >= 2 * SummaryTrials.folds ? groups : nil
    }

    private static func fold(of number: Int) -> Int {
        var random = RandomSource(seed: UInt64(number), purpose: "summary fold")
        return Int(random.next() % UInt64(SummaryTrials.folds))
    }

    /// Returns the parameters of the path. The absence columns become constants.
    private static func parameters(
        _ map: (slopes: Tensor, intercepts: Tensor), _ mean: Tensor, _ scale: Tensor, _ shape: TaskShape
    ) throws -> [String: Tensor] {
        var result: [String: Tensor] = [:]
        let weights = try map.slopes.transposed(0, 1)
        var bias = try map.intercepts.reshaped([shape.outputs])
        let shapes = shape.summaryShapes
        var offset = 0
        let total = shapes.reduce(0) { $0 + $1.shape.featureCount }
        for (index, entry) in shapes.enumerated() {
            let width = entry.shape.featureCount
            let path = "summary.\(shape.name).\(entry.name)"
            func cut(_ tensor: Tensor, _ start: Int, _ length: Int) throws -> Tensor {
                try tensor.narrowed(axis: 1, start: start, length: length).contiguous()
            }
            result["\(path).mean"] = try cut(mean, offset, width).reshaped([width])
            result["\(path).scale"] = try cut(scale, offset, width).reshaped([width])
            result["\(path).weight"] = try cut(weights, offset, width)
            let column = total + index
            let slope = try cut(weights, column, 1).reshaped([shape.outputs])
            let (centre, factor) = (try cut(mean, column, 1).item(), try cut(scale, column, 1).item())
            // Present is an absence of 0, absent one of 1, both standardised.
            bias = try bias + slope * (-centre * factor)
            result["\(path).absent"] = try slope * factor
            offset += width
        }
        result["summary.\(shape.name).bias"] = bias
        return try result.mapValues { try $0.to(dtype: .float32) }
    }
}
