import Multimodal

extension ObservedQuantity {
    /// Fits a scale to training values: the range from the first to the last percentile, to which
    /// all values are clipped, and the mean and standard deviation of the clipped values.
    init(name: String, fittedTo values: [Float]) {
        self.init(name: name, range: -1...1)
        guard !values.isEmpty else { return }
        let sorted = values.sorted()
        range = [Double(sorted[(sorted.count - 1) / 100]), Double(sorted[(sorted.count - 1) * 99 / 100])]
        let clipped = sorted.map { Double(clip($0)) }
        let mean = clipped.reduce(0, +) / Double(clipped.count)
        let variance = clipped.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(clipped.count)
        self.mean = Double(Float(mean))
        deviation = variance > 1e-12 ? Double(Float(variance.squareRoot())) : 1
    }

    /// Returns a value within the usual range.
    func clip(_ value: Float) -> Float {
        guard let range, range.count == 2 else { return value }
        return min(max(value, Float(range[0])), Float(range[1]))
    }

    /// Returns a clipped value in standard deviations from the mean.
    func standardised(_ value: Float) -> Float { (clip(value) - Float(mean)) / Float(deviation) }
}

extension ObservedQuantities {
    /// Returns the quantities with scales fitted to training records. Those that a field compares
    /// with codes get none.
    func fitted(to records: [ObservationRecord], codes: Set<String>) -> ObservedQuantities {
        var values = [[Float]](repeating: [], count: repeated.count)
        for record in records {
            for observation in record.observations { values[observation.quantity].append(observation.value) }
        }
        var result = self
        result.repeated = zip(repeated, values).map { ObservedQuantity(name: $0.name, fittedTo: $1) }
        result.once = once.map { quantity in
            codes.contains(quantity.name)
                ? quantity
                : ObservedQuantity(name: quantity.name, fittedTo: records.compactMap { $0.once[quantity.name] })
        }
        return result
    }
}
