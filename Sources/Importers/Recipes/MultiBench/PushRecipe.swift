import Multimodal

extension Recipe {
    /// The position of an object pushed by a robot.
    static let push = Recipe(
        name: "push",
        title: "position of a pushed object (MuJoCo Push), from camera, force, contact, hand and control",
        source: "https://github.com/brentyi/multimodalfilter (gentle_push_1000, gentle_push_10, gentle_push_300)",
        licence: "as its publishers say",
        citation: "Lee, M. A. et al. Multimodal sensor fusion with differentiable filters. IROS 2020. arXiv:2010.13021",
        version: 2
    ) { recipe, request in
        var parts: [Split: PushTrajectories] = [:]
        for (split, size) in [(Split.train, 1000), (.valid, 10), (.test, 300)] {
            parts[split] = try PushTrajectories(path: "\(request.source)/gentle_push_\(size).hdf5")
        }
        let forces = parts[.train]?.forces ?? 0
        if let other = parts.values.first(where: { $0.forces != forces }) {
            throw ReaderError(
                file: other.path,
                reason: "\(other.forces) forces per step, expected \(forces) as in the training part")
        }
        let description = recipe.description(
            modalities: PushTrajectories.modalities(forces: forces),
            targets: [
                "position": .regression(
                    width: 2 * PushTrajectories.steps, description: "x and y of the object in each step, in metres")
            ])
        let layouts = description.modalities.filter { $0.key != "image" }.mapValues { _ in
            DatasetWriter.Layout(standardisation: .channel)
        }
        return [
            try request.write(description, layouts: layouts, rows: parts.mapValues(\.windows.count)) { split, row in
                guard let part = parts[split] else { return Sample(inputs: [:], targets: [:]) }
                return try part.sample(part.windows[row])
            }
        ]
    }
}

/// The trajectories of one file, cut into windows of 16 steps that start at steps 0 and 8.
private struct PushTrajectories {
    static let steps = 16
    private static let patches = Patches(size: (steps, 32, 32), patch: (1, 8, 8), channels: 1)

    struct Window {
        let trajectory: String
        let start: Int
    }

    let path: String
    let windows: [Window]
    /// The number of values the force sensor records per step.
    let forces: Int
    private let file: HDF5File

    static func modalities(forces: Int) -> [String: ModalityDescription] {
        [
            "image": ModalityDescription(
                kind: .video, axes: patches.axes, channels: patches.width, patch: patches.sides,
                description: "16 gray frames of 32 × 32 pixels in patches of 8 × 8"),
            "force": ModalityDescription(
                kind: .force, axes: [steps], channels: forces + 1,
                description: "force and torque at the hand, and contact"),
            "hand": ModalityDescription(
                kind: .proprioception, axes: [steps], channels: 3, description: "position of the hand"),
            "control": ModalityDescription(
                kind: .proprioception, axes: [steps], channels: 7,
                description: "position of the hand one step before, its change since, and contact"),
        ]
    }

    init(path: String) throws {
        self.path = path
        file = try HDF5File(path: path)
        let names = try file.members().filter { $0.hasPrefix("trajectory") }
        // Sorted by number: by name, trajectory10 would precede trajectory2.
        let numbered = names.compactMap { name in Int(name.dropFirst("trajectory".count)).map { ($0, name) } }
            .sorted { $0 < $1 }
        var windows: [Window] = []
        var forces: Int?
        for (_, name) in numbered {
            let shape = try file.dataset("\(name)/force").shape
            guard shape.count == 2, shape[1] > 0, forces == nil || forces == shape[1] else {
                throw ReaderError(
                    file: path, reason: "'\(name)/force' has shape \(shape), expected [T, \(forces ?? 6)]")
            }
            forces = shape[1]
            for start in [0, 8] where start + Self.steps <= shape[0] {
                windows.append(Window(trajectory: name, start: start))
            }
        }
        guard let forces, !windows.isEmpty else {
            throw ReaderError(
                file: path, reason: "no windows, expected a 'trajectory<number>' of at least \(Self.steps) steps")
        }
        self.forces = forces
        self.windows = windows
    }

    func sample(_ window: Window) throws -> Sample {
        func steps(_ name: String, _ shape: [Int], from start: Int, count: Int) throws -> [Float] {
            let dataset = try file.dataset("\(window.trajectory)/\(name)")
            let isColumn = shape == [1] && dataset.shape.count == 1
            guard isColumn || (dataset.shape.count == shape.count + 1 && Array(dataset.shape.dropFirst()) == shape),
                let values = try dataset.array(rows: start..<start + count).floats()
            else {
                throw ReaderError(
                    file: path,
                    reason: "'\(window.trajectory)/\(name)' has shape \(dataset.shape), expected [T] + \(shape)")
            }
            if let bad = values.firstIndex(where: { !$0.isFinite }) {
                let width = max(1, values.count / max(1, count))
                throw ReaderError(
                    file: path,
                    reason:
                        "'\(window.trajectory)/\(name)': \(values[bad]) in step \(start + bad / width), expected finite "
                        + "numbers")
            }
            return values
        }
        let count = Self.steps
        let force = try steps("force", [forces], from: window.start, count: count)
        let contact = try steps("contact", [1], from: window.start, count: count).map { $0 > 0 ? Float(1) : 0 }
        let hand = try steps("eef_pos", [3], from: window.start, count: count)
        // The first step has no predecessor; its own position stands in.
        let first = max(0, window.start - 1)
        let earlier = try steps("eef_pos", [3], from: first, count: count - (window.start - first == 1 ? 0 : 1))
        let previous = window.start > 0 ? earlier : Array(hand.prefix(3)) + earlier
        let object = try file.dataset("\(window.trajectory)/Cylinder0_pos")
        guard object.shape.count == 2, object.shape[1] >= 2,
            let places = try object.array(rows: window.start..<window.start + count).doubles()
        else {
            throw ReaderError(
                file: path,
                reason: "'\(window.trajectory)/Cylinder0_pos' has shape \(object.shape), expected [T, 2 or more]")
        }
        guard places.allSatisfy(\.isFinite) else {
            throw ReaderError(
                file: path,
                reason: "'\(window.trajectory)/Cylinder0_pos': a value that is not finite in steps \(window.start) to "
                    + "\(window.start + count - 1)")
        }
        let image = try steps("image", [32, 32], from: window.start, count: count)
        return Sample(
            inputs: [
                "image": Self.patches.cut(image[...]),
                "force": (0..<count).flatMap { force[$0 * forces..<($0 + 1) * forces] + [contact[$0]] },
                "hand": hand,
                "control": (0..<count).flatMap { step -> [Float] in
                    let now = hand[step * 3..<step * 3 + 3]
                    let before = previous[step * 3..<step * 3 + 3]
                    return before + zip(now, before).map { $0 - $1 } + [contact[step]]
                },
            ],
            targets: [
                "position": (0..<count).flatMap { places[$0 * object.shape[1]..<$0 * object.shape[1] + 2] }
            ]
        )
    }
}
