import Files
import Torch

/// The names of this project's parameters for those of the public implementation.
struct ReferenceNames {
    /// Name in the public implementation → path in this one, without the table of learned
    /// identities.
    let ours: [String: String]
    /// Paths that share the parameter of another path.
    let aliases: [String: String]
    /// Paths that the model has no parameter for, since no task has pairs, but that share one that
    /// it has.
    private let unusedAliases: [String: String]

    /// The name of the table of learned identities in the public implementation.
    static let identities = "embed"

    /// The parameters that have at least two, three, … names, one list for each additional name.
    var repeatedUpdates: [[String]] {
        let extra = Dictionary(grouping: Array(aliases.values) + unusedAliases.values) { $0 }.mapValues(\.count)
        return (1..<max(2, (extra.values.max() ?? 0) + 1)).map { round in
            extra.filter { $0.value >= round }.map(\.key).sorted()
        }.filter { !$0.isEmpty }
    }

    /// Maps the names of all weights of a case.
    ///
    /// - Throws: `FileError` that names a parameter without a counterpart; `TorchError` when a
    ///   gradient cannot be read.
    init(_ reference: ReferenceCase) throws {
        var ours: [String: String] = [:]
        for name in reference.weights.keys where name != Self.identities {
            guard let path = Self.path(of: name, tasks: reference.taskNames) else {
                throw FileError(
                    path: reference.folder + "/weights.safetensors",
                    reason: "'\(name)' is not a parameter of the public implementation")
            }
            ours[name] = path
        }
        self.ours = ours
        let shared = try Self.sharedParameters(reference, ours)
        let isUsed = { (path: String) in reference.hasPairs || !path.hasPrefix("crossmodal.") }
        aliases = shared.filter { isUsed($0.key) }
        unusedAliases = shared.filter { !isUsed($0.key) }
    }

    /// Returns the path of the parameter in the model; `nil` if the model has none.
    func path(of name: String, in parameters: ParameterStore) -> String? {
        guard let path = ours[name] else { return nil }
        let known = unusedAliases[path] ?? path
        return parameters.paths.contains(known) || parameters.aliases[known] != nil ? known : nil
    }

    /// Returns the aliases of tied layers, which appear under several names with equal weights and
    /// equal gradients.
    private static func sharedParameters(
        _ reference: ReferenceCase, _ ours: [String: String]
    ) throws -> [String: String] {
        struct Content: Hashable {
            var shape: [Int]
            var weight: [UInt8]
            var gradient: [UInt8]
        }
        var first: [Content: String] = [:]
        var aliases: [String: String] = [:]
        // The path that comes first holds the parameter. A model without pairs has those of the
        // encoder alone.
        let encoderFirst = ours.sorted {
            ($0.value.hasPrefix("crossmodal.") ? 1 : 0, $0.value) < (
                $1.value.hasPrefix("crossmodal.") ? 1 : 0, $1.value
            )
        }
        for (name, path) in encoderFirst {
            guard let weight = reference.weights[name], let gradient = reference.gradients[name],
                try gradient.absolute().max().item() > 0
            else { continue }
            let content = Content(shape: weight.shape, weight: try weight.bytes(), gradient: try gradient.bytes())
            if let known = first[content] { aliases[path] = known } else { first[content] = path }
        }
        return aliases
    }

    /// Returns the path of a parameter of the public implementation; `nil` if it has none here.
    ///
    /// - Parameter tasks: The tasks in the order of their heads.
    static func path(of name: String, tasks: [String]) -> String? {
        if name == "latents" { return "encoder.0.latents" }
        let parts = name.split(separator: ".").map(String.init)
        guard parts.count >= 4 else { return nil }
        if parts[0] == "to_logitslist", parts.count == 4, let task = Int(parts[1]), tasks.indices.contains(task) {
            guard let part = ["0": "norm", "1": "linear"][parts[2]] else { return nil }
            return "head.\(tasks[task]).\(part).\(parts[3])"
        }
        guard let block = ["layers": "encoder.0", "cross_layers": "crossmodal.0"][parts[0]], let layer = Int(parts[1])
        else { return nil }
        let prefix = "\(block).layer.\(layer)"
        switch parts[2] {
        case "0": return attention(parts.dropFirst(3)).map { "\(prefix).cross_attention.\($0)" }
        case "1": return feedForward(parts.dropFirst(3)).map { "\(prefix).cross_feed_forward.\($0)" }
        case "2" where parts.count > 6 && parts[3] == "latent_blocks":
            guard let index = Int(parts[4]), index >= 0 else { return nil }
            let suffix = index == 0 ? "" : "_\(index)"
            return parts[5] == "0"
                ? attention(parts.dropFirst(6)).map { "\(prefix).self_attention\(suffix).\($0)" }
                : feedForward(parts.dropFirst(6)).map { "\(prefix).self_feed_forward\(suffix).\($0)" }
        default: return nil
        }
    }

    private static func attention(_ parts: ArraySlice<String>) -> String? {
        switch parts.joined(separator: ".") {
        case "fn.to_q.weight": "query.weight"
        case "fn.to_kv.weight": "key_value.weight"
        case "fn.to_out.0.weight": "output.weight"
        case "fn.to_out.0.bias": "output.bias"
        case let other: norm(other)
        }
    }

    private static func feedForward(_ parts: ArraySlice<String>) -> String? {
        switch parts.joined(separator: ".") {
        case "fn.net.0.weight": "expand.weight"
        case "fn.net.0.bias": "expand.bias"
        case "fn.net.3.weight": "contract.weight"
        case "fn.net.3.bias": "contract.bias"
        case let other: norm(other)
        }
    }

    private static func norm(_ name: String) -> String? {
        switch name {
        case "norm.weight", "norm.bias": name
        case "norm_context.weight": "context_norm.weight"
        case "norm_context.bias": "context_norm.bias"
        default: nil
        }
    }
}
