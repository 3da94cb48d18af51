import HighMMT
import Multimodal

/// What one row of a heterogeneity matrix stands for: a stream, or two streams of one task.
public struct TransferEntry: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The task.
    public let task: String
    /// One modality or two, in the order of their names.
    public let modalities: [String]

    /// The streams of some tasks, in order.
    public static func streams(of tasks: [OpenedTask]) -> [TransferEntry] {
        tasks.flatMap { task in task.modalities.map { TransferEntry(task: task.name, modalities: [$0]) } }
    }

    /// The pairs of different streams of each task, in order.
    public static func pairs(of tasks: [OpenedTask]) -> [TransferEntry] {
        tasks.flatMap { task in
            EntryPair.all(of: task.modalities.count).map {
                TransferEntry(task: task.name, modalities: [task.modalities[$0.first], task.modalities[$0.second]])
            }
        }
    }

    /// The name by which parameter groups know it: `task/modality` or `task/first+second`.
    public var description: String { "\(task)/\(modalities.joined(separator: "+"))" }

    /// A name that any file system takes.
    var fileName: String {
        description.unicodeScalars.map { scalar in
            let isPlain = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            if isPlain || "-_+".unicodeScalars.contains(scalar) { return String(scalar) }
            return scalar == "/" ? "." : "%" + String(scalar.value, radix: 16)
        }.joined()
    }
}
