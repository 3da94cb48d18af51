import Multimodal
import Numerics

/// An order in which the parts of a suite are added to its training.
struct ScalingOrder {
    /// One step: the tasks with their modalities, and what was added.
    struct Step {
        var modalities: [String: [String]]
        var added: String
    }

    let steps: [Step]

    /// Adds the modalities of all tasks in random order, after a random first one of each task.
    static func modalities(of tasks: [OpenedTask], seed: UInt64) -> ScalingOrder {
        var random = RandomSource(seed: seed, purpose: "order of modalities")
        let orders = tasks.map { ($0.name, $0.modalities.shuffled(using: &random)) }
        var own = Dictionary(uniqueKeysWithValues: orders.map { ($0.0, [$0.1[0]]) })
        let rest = orders.flatMap { name, order in order.dropFirst().map { (name, $0) } }.shuffled(using: &random)
        var steps = [Step(modalities: own, added: "")]
        for (task, modality) in rest {
            own[task, default: []].append(modality)
            steps.append(Step(modalities: own.mapValues { $0.sorted() }, added: "\(task)/\(modality)"))
        }
        return ScalingOrder(steps: steps)
    }

    /// Adds the tasks in random order, each with all of its modalities.
    static func tasks(_ tasks: [OpenedTask], seed: UInt64) -> ScalingOrder {
        var random = RandomSource(seed: seed, purpose: "order of tasks")
        let order = tasks.shuffled(using: &random)
        return ScalingOrder(
            steps: order.indices.map { last in
                let own = order[...last].map { ($0.name, $0.modalities) }
                return Step(modalities: Dictionary(uniqueKeysWithValues: own), added: order[last].name)
            })
    }
}
