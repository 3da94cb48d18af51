import HighMMT
import Torch

/// The initial parameters of a model whose groups split those of another.
public enum GroupedStart {
    /// Returns every parameter of `model` with its value from `source`.
    ///
    /// An encoder group takes the parameters of the encoder that its first stream uses in `source`.
    /// A crossmodal group likewise takes those of its first pair. All other parameters keep their
    /// paths. In stage 2 of the paper's algorithm, every group starts from the weights of stage 1
    /// in this way.
    ///
    /// - Throws: `TorchError` when `source` lacks a parameter.
    public static func parameters(of model: HighMMTModel, from source: HighMMTModel) throws -> [String: Tensor] {
        var prefixes: [String: String] = [:]
        for task in model.tasks {
            for stream in task.streams {
                let path = "encoder.\(model.sharing.group(of: stream))."
                prefixes[path] = prefixes[path] ?? "encoder.\(source.sharing.group(of: stream))."
            }
            for pair in task.pairs {
                let path = "crossmodal.\(model.sharing.group(of: pair))."
                prefixes[path] = prefixes[path] ?? "crossmodal.\(source.sharing.group(of: pair))."
            }
        }
        return try Dictionary(
            uniqueKeysWithValues: model.parameters.paths.map { path in
                let parts = path.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
                let prefix = parts.prefix(2).joined(separator: ".") + "."
                let origin = prefixes[prefix].map { $0 + (parts.count > 2 ? String(parts[2]) : "") } ?? path
                let value = try source.parameters.parameter(origin).detached()
                return (path, try keptSlots(of: path, value, model: model, source: source))
            })
    }

    /// Returns the part of a head's parameter that belongs to the pairs that `model` keeps.
    private static func keptSlots(
        of path: String, _ value: Tensor, model: HighMMTModel, source: HighMMTModel
    ) throws -> Tensor {
        guard let task = model.tasks.first(where: { path.hasPrefix("head.\($0.name).") }), task.modalities.count > 1,
            let before = source.tasks.first(where: { $0.name == task.name })?.pairs, before != task.pairs,
            !path.hasSuffix("linear.bias")
        else { return value }
        let slots = before.indices.filter { task.pairs.contains(before[$0]) }
        if path.hasSuffix(".placeholder") { return try value.selected(axis: 0, slots) }
        let width = model.configuration.width
        return try value.selected(axis: value.rank - 1, slots.flatMap { Array(($0 * width)..<(($0 + 1) * width)) })
    }
}
