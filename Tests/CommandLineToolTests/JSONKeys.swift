import Foundation
import Multimodal
import Testing

/// The keys of a JSON text, as sorted paths such as `tasks.*.scores.loss` or `runs[].seed`.
///
/// The names of tasks, streams, metrics, splits and other contents are replaced by a star.
struct JSONKeys {
    /// The keys whose values map names to contents, with their parent where the key alone is
    /// ambiguous.
    private static let maps: Set<String> = [
        "axes", "chance", "counts", "matrices", "members", "metrics", "milliseconds", "models", "ranges", "records",
        "rows",
        "sharing.crossmodal", "sharing.encoders", "skipped", "splits", "stages", "tasks", "tensors", "test",
    ]

    /// All paths.
    let paths: [String]

    /// Reads a JSON text.
    ///
    /// - Throws: The error of `JSONSerialization` when the text is not JSON.
    init(_ text: String) throws {
        var paths: Set<String> = []
        Self.visit(try JSONSerialization.jsonObject(with: Data(text.utf8)), path: "", isMap: false, &paths)
        self.paths = paths.sorted()
    }

    /// The keys that are not written in snake_case.
    var misspelt: [String] {
        paths.filter { path in
            let key = path.split(separator: ".").last.map(String.init) ?? ""
            let name = key.replacingOccurrences(of: "[]", with: "")
            return name != "*" && name.wholeMatch(of: /[a-z][a-z0-9]*(_[a-z0-9]+)*/) == nil
        }
    }

    private static func visit(_ value: Any, path: String, isMap: Bool, _ paths: inout Set<String>) {
        if let object = value as? [String: Any] {
            for (key, child) in object {
                // A map of tasks can hold a map of metrics.
                let isName = isMap || Metric(rawValue: key) != nil
                let name = (path.isEmpty ? "" : path + ".") + (isName ? "*" : key)
                let suffix = child is [Any] ? "[]" : ""
                paths.insert(name + suffix)
                let parent = path.split(separator: ".").last ?? ""
                let isMapOfNames = !isName && (maps.contains(key) || maps.contains("\(parent).\(key)"))
                visit(child, path: name, isMap: isMapOfNames, &paths)
            }
        } else if let array = value as? [Any] {
            for child in array { visit(child, path: path + "[]", isMap: false, &paths) }
        }
    }
}
