import Foundation

/// A measured case: a command and, if it names one, a workload as JSON that both programs receive.
struct Case {
    var title: String
    var command: String
    var definition: (name: String, json: String)?
    /// The repetitions of a turn. The first one is not counted if there are several: it finds the
    /// caches full of another contestant's data.
    var turn = 1

    /// The step and the inference of the large setting at several batch sizes.
    static let large: [Case] =
        [1, 2, 4, 8, 32, 128].map { Case(title: "step, batch \($0)", command: "step \($0)", turn: max(2, 32 / $0)) }
        + [1, 32, 256].map { Case(title: "inference, batch \($0)", command: "infer \($0)", turn: max(2, 64 / $0)) }

    /// The scaling of a step with tokens, modalities per task, and tasks, at batch size 8.
    static let growth: [Case] =
        [50, 200, 800, 3200].map { growing("step, \($0) tokens per stream", tasks: 1, modalities: 2, tokens: $0) }
        + [2, 3, 4, 6].map { growing("step, \($0) modalities per task", tasks: 1, modalities: $0, tokens: 50) }
        + [1, 4, 16].map { growing("step, \($0) tasks", tasks: $0, modalities: 2, tokens: 50) }

    private static func growing(_ title: String, tasks: Int, modalities: Int, tokens: Int) -> Case {
        let names = (0..<modalities).map { "m\($0)" }
        let described: [[String: Any]] = names.map {
            [
                "name": $0, "channels": 32, "axes": 1, "frequency_bands": 3, "max_frequency": 1.0,
                "frequency_base": 2.0,
            ]
        }
        let task: [String: Any] = [
            "modalities": Dictionary(uniqueKeysWithValues: names.map { ($0, [tokens, 32]) }), "outputs": 2,
            "weight": 1.0, "loss": "cross entropy",
        ]
        let workload: [String: Any] = [
            "modalities": described, "modality_embedding": "learned 10-wide",
            "tasks": Dictionary(uniqueKeysWithValues: (0..<tasks).map { ("t\($0)", task) }),
            "config": [
                "depth": 1, "num_latents": 20, "latent_dim": 64, "cross_heads": 1, "latent_heads": 6,
                "cross_dim_head": 64, "latent_dim_head": 64, "cross_depth": 1, "crossmodal_cross_heads": 4,
            ],
        ]
        let data = (try? JSONSerialization.data(withJSONObject: workload, options: [.sortedKeys])) ?? Data()
        let name = "w-\(tasks)-\(modalities)-\(tokens)"
        return Case(
            title: title, command: "step 8 \(name)", definition: (name, String(decoding: data, as: UTF8.self)))
    }
}
