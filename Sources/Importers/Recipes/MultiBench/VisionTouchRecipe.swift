import Foundation
import Multimodal

extension Recipe {
    /// Contact of a robot's hand in the next step.
    static let visionTouch = Recipe(
        name: "vision-touch",
        title: "contact of a robot's hand in the next step (Vision & Touch)",
        source: "https://github.com/stanford-iprl-lab/multimodal_representation",
        licence: "as its publishers say",
        citation: "Lee, M. A. et al. Making sense of vision and touch. ICRA 2019. arXiv:1810.10191",
        version: 2
    ) { recipe, request in
        let episodes = try TouchEpisodes(folder: request.source, remarks: request.remarks)
        let rows = episodes.divided(purpose: recipe.name)
        let description = recipe.description(
            modalities: TouchEpisodes.modalities(actions: episodes.actions),
            targets: ["contact": .classification(["free", "touching"], description: "in the next step")])
        let layouts = ["depth", "proprioception", "action"].reduce(into: [:]) {
            $0[$1] = DatasetWriter.Layout(standardisation: .channel)
        }
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                let (episode, step) = rows[split, default: []][row]
                return try episodes.sample(episode: episode, step: step)
            }
        ]
    }
}

/// The episodes of a folder, one file each.
private struct TouchEpisodes {
    private static let steps = 50
    private static let forceSteps = 32
    private static let imagePatches = Patches(size: (1, 128, 128), patch: (1, 16, 16), channels: 3)
    private static let depthPatches = Patches(size: (1, 128, 128), patch: (1, 16, 16), channels: 1)

    /// The number of values in an action.
    let actions: Int
    private let files: [String]
    private let lengths: [Int]
    private let scale: PixelScale

    static func modalities(actions: Int) -> [String: ModalityDescription] {
        [
            "image": ModalityDescription(
                kind: .image, axes: imagePatches.axes, channels: imagePatches.width, patch: imagePatches.sides,
                description: "patches of 16 × 16 pixels; red, green, blue, 0–1"),
            "depth": ModalityDescription(
                kind: .image, axes: depthPatches.axes, channels: depthPatches.width, patch: depthPatches.sides,
                description: "patches of 16 × 16 distances"),
            "force": ModalityDescription(
                kind: .force, axes: [forceSteps], channels: 6,
                description: "hyperbolic tangent of forces and torques, the last 32 readings"),
            "proprioception": ModalityDescription(
                kind: .proprioception, axes: [1], channels: 8, description: "position and velocity of the hand"),
            "action": ModalityDescription(
                kind: .proprioception, axes: [1], channels: actions, description: "what the robot is told to do next"),
        ]
    }

    init(folder: String, remarks: ImportRemarks) throws {
        files = try FolderListing.files(in: folder, endingWith: "_1000.h5", remarks: remarks).map { "\(folder)/\($0)" }
        guard let first = files.first, files.count >= 5 else {
            throw ReaderError(file: folder, reason: "\(files.count) files '…_1000.h5', expected at least 5")
        }
        let shape = try HDF5File(path: first).dataset("action").shape
        guard shape.count == 2, (1...64).contains(shape[1]) else {
            throw ReaderError(file: first, reason: "'action' has shape \(shape), expected [T, width]")
        }
        actions = shape[1]
        lengths = try files.map { try min(Self.steps, HDF5File(path: $0).dataset("contact").shape.first ?? 0) }
        let images = try HDF5File(path: first).dataset("image")
        scale = PixelScale(
            of: try images.array(rows: 0..<min(20, images.shape.first ?? 0)), remarks: remarks, name: "image")
    }

    /// Divides the episodes: a fifth for validation, as published, and another fifth for test.
    ///
    /// The published code has no test split.
    func divided(purpose: String) -> [Split: [(episode: Int, step: Int)]] {
        let splits = SplitRows(strata: files.map { _ in 0 }, valid: 0.2, test: 0.2, purpose: purpose)
        return splits.rows.mapValues { episodes in
            episodes.flatMap { episode in (0..<max(0, lengths[episode] - 1)).map { (episode, $0) } }
        }
    }

    func sample(episode: Int, step: Int) throws -> Sample {
        let path = files[episode]
        let file = try HDF5File(path: path)
        func row(_ name: String, _ step: Int, _ isExpected: ([Int]) -> Bool) throws -> (values: [Float], shape: [Int]) {
            let dataset = try file.dataset(name)
            guard let count = dataset.shape.first, step < count, isExpected(Array(dataset.shape.dropFirst())),
                let values = try dataset.array(rows: step..<step + 1).floats()
            else {
                throw ReaderError(
                    file: path, reason: "'\(name)' has an unexpected shape \(dataset.shape), seen in step \(step)")
            }
            if let bad = values.first(where: { !$0.isFinite }) {
                throw ReaderError(file: path, reason: "'\(name)': \(bad) in step \(step), expected finite numbers")
            }
            return (values, dataset.shape)
        }
        let image = try row("image", step) { $0 == [128, 128, 3] }.values
        let depth = try row("depth_data", step) { $0.reduce(1, *) == 128 * 128 }.values
        let force = try row("ee_forces_continuous", step) { $0.count == 2 && $0[0] >= Self.forceSteps && $0[1] == 6 }
        let contact = try row("contact", step + 1) { $0.reduce(1, *) >= 1 }.values
        return Sample(
            inputs: [
                "image": Self.imagePatches.cut(image.map { $0 / scale.divisor }[...]),
                "depth": Self.depthPatches.cut(depth[...]),
                "force": force.values.suffix(Self.forceSteps * 6).map { tanh($0) },
                "proprioception": Array(try row("proprio", step) { $0.count == 1 && $0[0] >= 8 }.values.prefix(8)),
                "action": try row("action", step + 1) { $0 == [actions] }.values,
            ], targets: ["contact": [contact[0] > 0 ? 1 : 0]])
    }
}
