import HighMMT
import Multimodal

/// An entry of a heterogeneity matrix: a stream, or two streams of one task.
public struct TransferEntry: Codable, Hashable, Sendable, CustomStringConvertible {
    /// The name of the task.
    public let task: String
    /// The names of one or two modalities, sorted.
    public let modalities: [String]

    /// Returns the streams of the tasks, in the order of tasks and modalities.
    public static func streams(of tasks: [OpenedTask]) -> [TransferEntry] {
        tasks.flatMap { task in task.modalities.map { TransferEntry(task: task.name, modalities: [$0]) } }
    }

    /// Returns the pairs of different streams of each task, in the order of tasks and modalities.
    public static func pairs(of tasks: [OpenedTask]) -> [TransferEntry] {
        tasks.flatMap { task in
            EntryPair.all(of: task.modalities.count).map {
                TransferEntry(task: task.name, modalities: [task.modalities[$0.first], task.modalities[$0.second]])
            }
        }
    }

    /// The name used for parameter groups: `task/modality` or `task/first+second`.
    public var description: String { "\(task)/\(modalities.joined(separator: "+"))" }

    /// The name in a form that every file system accepts.
    var fileName: String {
        description.unicodeScalars.map { scalar in
            let isPlain = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            if isPlain || "-_+".unicodeScalars.contains(scalar) { return String(scalar) }
            return scalar == "/" ? "." : "%" + String(scalar.value, radix: 16)
        }.joined()
    }
}
