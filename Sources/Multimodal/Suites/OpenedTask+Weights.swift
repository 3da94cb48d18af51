import Torch

extension OpenedTask {
    /// Returns the weight of each training row in the loss, with a mean of one; `nil` when the
    /// suite states none.
    ///
    /// A row's weight is that of its class times its own, which another target of the dataset
    /// states.
    ///
    /// - Throws: `ConfigurationError` when the weights do not suit the target; `DatasetError` that
    ///   names the file with a weight below 0.
    func trainingWeights(file: String) throws -> [Float]? {
        let (classes, samples) = try (classWeights(file: file), sampleWeights(file: file))
        guard classes != nil || samples != nil else { return nil }
        let rows = rows(of: .train)
        let weights = (0..<rows).map { (classes?[$0] ?? 1) * (samples?[$0] ?? 1) }
        let mean = weights.reduce(0, +) / Double(max(1, rows))
        guard mean > 0, mean.isFinite else {
            throw ConfigurationError(
                file: file, key: "tasks.\(name)", reason: "the weights of the training rows have the mean \(mean)")
        }
        return weights.map { Float($0 / mean) }
    }

    /// Returns as many of the given training rows as there are, each as often as its weight says
    /// and in order; the rows themselves without weights. A fit that knows no weights can use them.
    package func drawnByWeight(_ rows: [Int]) -> [Int] {
        guard let weights, let last = rows.last else { return rows }
        let total = rows.reduce(0.0) { $0 + Double(weights[$1]) }
        guard total > 0 else { return rows }
        let step = total / Double(rows.count)
        var (drawn, sum, next) = ([Int](), 0.0, step / 2)
        for row in rows {
            sum += Double(weights[row])
            while next < sum, drawn.count < rows.count {
                drawn.append(row)
                next += step
            }
        }
        // Rounding may leave the last one out.
        while drawn.count < rows.count { drawn.append(drawn.last ?? last) }
        return drawn
    }

    private func classWeights(file: String) throws -> [Double]? {
        guard let weights = task.classWeights else { return nil }
        func failure(_ reason: String) -> ConfigurationError {
            ConfigurationError(file: file, key: "tasks.\(name).class_weights", reason: reason)
        }
        guard target.kind == .classification else {
            throw failure("a \(target.kind.rawValue) target, expected classes")
        }
        let labels = try BatchReader(self, split: .train).target(Array(0..<rows(of: .train))).integers().map { Int($0) }
        var counts = [Int](repeating: 0, count: target.outputs)
        for label in labels where counts.indices.contains(label) { counts[label] += 1 }
        let byClass: [Double]
        switch weights {
        case .balanced: byClass = counts.map { $0 > 0 ? 1 / Double($0) : 0 }
        case .stated(let weights):
            guard weights.count == target.outputs else {
                throw failure("\(weights.count) numbers, expected \(target.outputs), one for each class")
            }
            byClass = weights
        }
        return labels.map { byClass.indices.contains($0) ? byClass[$0] : 0 }
    }

    private func sampleWeights(file: String) throws -> [Double]? {
        guard let name = task.sampleWeights else { return nil }
        let described = dataset.description.targets[name]
        let numbers = dataset.description.targets.filter { $0.value.kind == .regression && $0.value.outputs == 1 }.map(
            \.key)
        guard described?.kind == .regression, described?.outputs == 1 else {
            throw ConfigurationError(
                file: file, key: "tasks.\(self.name).sample_weights",
                reason: "'\(name)', expected a target of \(dataset.folder) that is one number"
                    + (described == nil ? ClosestName.hint(for: name, among: numbers) : "; '\(name)' is not"))
        }
        let values = try dataset.train.file.tensor(named: TensorNames.target(name)).to(dtype: .float32).floats()
        let reader = BatchReader(self, split: .train)
        let known = try dataset.train.labelledRows(name).map(Set.init)
        return try (0..<reader.rows).map { row in
            guard known?.contains(reader.storedRow(row)) ?? true else {
                throw DatasetError(
                    file: dataset.train.file.path,
                    reason:
                        "row \(reader.storedRow(row)) has no '\(TensorNames.target(name))', expected a weight for each "
                        + "training row")
            }
            let value = Double(values[reader.storedRow(row)])
            guard (0...1e18).contains(value) else {
                throw DatasetError(
                    file: dataset.train.file.path,
                    reason:
                        "'\(TensorNames.target(name))' of row \(reader.storedRow(row)) is \(value), expected a weight "
                        + "of at least 0")
            }
            return value
        }
    }
}
