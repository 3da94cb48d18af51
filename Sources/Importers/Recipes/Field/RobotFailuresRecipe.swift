import Multimodal

extension Recipe {
    /// Types of robot execution failure, from forces and torques at the hand.
    static let robotFailures = Recipe(
        name: "robot-failures",
        title: "types of robot execution failure, from forces and torques; three datasets (lp1, lp4, lp5)",
        source: "UCI Machine Learning Repository, Robot Execution Failures",
        licence: "CC BY 4.0",
        citation:
            "Lopes, L. S., Camarinha-Matos, L. M. Feature transformation strategies for a robot learning problem. 1998; "
            + "UCI Machine Learning Repository, doi:10.24432/C5VW2K",
        version: 2,
        parts: ["lp1", "lp4", "lp5"]
    ) { recipe, request in
        try recipe.parts.map { part in
            let failures = try RobotFailures(path: "\(request.source)/\(part).data")
            let splits = SplitRows(
                strata: failures.labels,
                // Some instances occur twice in the files.
                copies: SplitRows.copies(of: failures.instances),
                valid: 0.2,
                test: 0.2,
                purpose: "\(recipe.name)/\(part)"
            )
            var description = recipe.description(
                modalities: [
                    "force": RobotFailures.modality("Fx, Fy, Fz"), "torque": RobotFailures.modality("Tx, Ty, Tz"),
                ], targets: ["failure": .classification(failures.classes)])
            description.name = "\(recipe.name)-\(part)"
            let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .channel) }
            description.encoding = .files(
                description.modalities.mapValues { .arrays($0.axes + [$0.channels], $0.kind) }, layouts: layouts)
            return try request.write(description, layouts: layouts, rows: splits.counts, part: part) { split, row in
                let source = splits.source(split, row)
                return Sample(
                    inputs: [
                        "force": failures.values(of: source, columns: 0..<3),
                        "torque": failures.values(of: source, columns: 3..<6),
                    ], targets: ["failure": [Double(failures.labels[source])]])
            }
        }
    }
}

/// One of the five files: for each instance, a line with its class and fifteen lines of six
/// numbers.
private struct RobotFailures {
    private static let steps = 15
    private static let columns = 6

    /// The sorted class names.
    let classes: [String]
    /// The class of each instance.
    let labels: [Int]
    /// The values of each instance, `[steps, columns]`.
    let instances: [[Float]]

    init(path: String) throws {
        var lines = try TextLines(path: path)
        var names: [String] = []
        var instances: [[Float]] = []
        while let line = lines.next() {
            let fields = Self.fields(line)
            guard !fields.isEmpty else { continue }
            guard fields.count == 1, Float(fields[0]) == nil else {
                throw lines.failure("\(fields.count) fields, expected a class name")
            }
            names.append(fields[0])
            var values: [Float] = []
            for _ in 0..<Self.steps {
                let numbers = Self.fields(lines.next() ?? []).compactMap(Float.init)
                guard numbers.count == Self.columns, numbers.allSatisfy(\.isFinite) else {
                    throw lines.failure("expected \(Self.columns) numbers")
                }
                values.append(contentsOf: numbers)
            }
            instances.append(values)
        }
        let classes = Set(names).sorted()
        guard classes.count > 1 else {
            throw ReaderError(file: path, reason: "\(classes.count) classes, expected at least 2")
        }
        self.classes = classes
        labels = names.map { classes.firstIndex(of: $0) ?? 0 }
        self.instances = instances
    }

    static func modality(_ text: String) -> ModalityDescription {
        ModalityDescription(kind: .force, axes: [steps], channels: 3, description: "\(text); 15 steps of 21 ms")
    }

    /// Returns some columns of an instance, `[steps, columns]`.
    func values(of instance: Int, columns: Range<Int>) -> [Float] {
        (0..<Self.steps).flatMap { step in
            instances[instance][step * Self.columns + columns.lowerBound..<step * Self.columns + columns.upperBound]
        }
    }

    private static func fields(_ line: [UInt8]) -> [String] {
        line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
    }
}
