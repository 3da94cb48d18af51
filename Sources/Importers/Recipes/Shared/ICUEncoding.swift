import Multimodal

/// Encodes an intensive-care stay as three modalities: a table, an hourly grid and a set.
///
/// Clipping ranges and standardisation are fitted to training rows only.
struct ICUEncoding {
    private static let types = ["coronary", "cardiac surgery", "medical", "surgical"]
    private static let fields = ["Age", "Gender", "Height", "Weight"] + types
    private static let weight = ICUStays.parameters.firstIndex(of: "Weight") ?? 0
    private static let perDescriptor = ["Age", "Gender", "Height"]
    /// The number of quantities an observation can be of: descriptors, then parameters.
    private static let kinds = perDescriptor.count + ICUStays.parameters.count

    /// The usual range, mean and standard deviation of a parameter.
    private struct Scale {
        var range: ClosedRange<Float> = -1...1
        var mean: Float = 0
        var deviation: Float = 1

        /// Fits the range from the first to the last percentile. All values are clipped to it, and
        /// the mean and standard deviation are those of the clipped values.
        init(_ values: [Float]) {
            guard !values.isEmpty else { return }
            let sorted = values.sorted()
            range = sorted[(sorted.count - 1) / 100]...sorted[(sorted.count - 1) * 99 / 100]
            let clipped = sorted.map { Double(clip($0)) }
            let mean = clipped.reduce(0, +) / Double(clipped.count)
            let variance = clipped.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(clipped.count)
            self.mean = Float(mean)
            deviation = variance > 1e-12 ? Float(variance.squareRoot()) : 1
        }

        func clip(_ value: Float) -> Float { min(max(value, range.lowerBound), range.upperBound) }
        func standardised(_ value: Float) -> Float { (clip(value) - mean) / deviation }
    }

    private let parameters: [Scale]
    private let descriptors: [String: Scale]
    private let elements: Int

    /// Fits the encoding to training stays.
    ///
    /// - Parameter elements: The maximum number of observations in a set.
    init(fittedTo stays: [ICUStays.Stay], elements: Int) {
        self.elements = elements
        var values = [[Float]](repeating: [], count: ICUStays.parameters.count)
        for stay in stays {
            for observation in stay.observations { values[observation.parameter].append(observation.value) }
        }
        parameters = values.map { Scale($0) }
        descriptors = Self.perDescriptor.reduce(into: [:]) { result, name in
            result[name] = Scale(stays.compactMap { $0.descriptors[name] })
        }
    }

    var modalities: [String: ModalityDescription] {
        let names = ICUStays.parameters.joined(separator: ", ")
        return [
            "patient": ModalityDescription(
                kind: .table, axes: [Self.fields.count], channels: Self.fields.count,
                description: Self.fields.joined(separator: ", ")
                    + "; each in a channel of its own, unknown fields are masked"),
            "grid": ModalityDescription(
                kind: .timeSeries, axes: [ICUStays.hours], channels: 2 * ICUStays.parameters.count,
                description: "for each hour the last known \(names), then which of them were observed in it",
                statistics: gridStatistics),
            "observations": ModalityDescription(
                kind: .set, axes: [elements], channels: 1 + 2 * Self.kinds,
                description: "time, −1 on admission to 1 after 48 hours; which of "
                    + "\(Self.perDescriptor.joined(separator: ", ")), \(names); then its standardised value in a channel of "
                    + "its own"),
        ]
    }

    private var gridStatistics: Standardisation {
        let flags = ICUStays.parameters.count
        return Standardisation(
            scope: .channel, mean: parameters.map { Double($0.mean) } + [Double](repeating: 0, count: flags),
            deviation: parameters.map { Double($0.deviation) } + [Double](repeating: 1, count: flags))
    }

    /// Encodes the descriptors, one token per field, as `[fields, fields]`.
    ///
    /// Each field has its own channel. With a single shared channel, the weighted sum that
    /// attention takes over tokens would mix age with weight.
    func patient(_ stay: ICUStays.Stay) -> (values: [Float], valid: [Bool]) {
        let weight = stay.observations.first { $0.parameter == Self.weight }
        var fields = Self.perDescriptor.map { name in
            stay.descriptors[name].flatMap { value in descriptors[name]?.standardised(value) }
        }
        fields.append(weight.map { parameters[Self.weight].standardised($0.value) })
        let type = stay.descriptors["ICUType"]
        fields += Self.types.indices.map { index in type.map { $0 == Float(index + 1) ? 1 : -1 } }
        // Age is known for every patient in practice; a row with no valid token would be malformed.
        if fields.allSatisfy({ $0 == nil }) { fields[0] = 0 }
        let values = fields.indices.flatMap { field in
            fields.indices.map { $0 == field ? fields[field] ?? 0 : 0 }
        }
        return (values, fields.map { $0 != nil })
    }

    /// Encodes a stay by hour, as `[hours, 2 × parameters]` in raw units.
    ///
    /// The first half of the channels holds, for each parameter, the mean of the hour's
    /// observations, or else the last known value, or else the mean over training stays. The second
    /// half flags the parameters observed in that hour. The dataset's statistics standardise the
    /// values on reading.
    func grid(_ stay: ICUStays.Stay) -> [Float] {
        let count = ICUStays.parameters.count
        var sums = [Float](repeating: 0, count: ICUStays.hours * count)
        var counts = sums
        for observation in stay.observations {
            let hour = min(ICUStays.hours - 1, observation.minute / 60)
            sums[hour * count + observation.parameter] += parameters[observation.parameter].clip(observation.value)
            counts[hour * count + observation.parameter] += 1
        }
        var last = parameters.map(\.mean)
        var result: [Float] = []
        result.reserveCapacity(2 * sums.count)
        for hour in 0..<ICUStays.hours {
            let places = hour * count..<(hour + 1) * count
            for (parameter, place) in places.enumerated() where counts[place] > 0 {
                last[parameter] = sums[place] / counts[place]
            }
            result.append(contentsOf: last)
            result.append(contentsOf: places.map { counts[$0] > 0 ? 1 : 0 })
        }
        return result
    }

    /// Encodes the observations as a set, descriptors first, as `[elements, 1 + 2 × kinds]`.
    ///
    /// A token holds the time, a flag for the kind, and the standardised value in the kind's
    /// channel. If a stay has too many observations, those of the most frequent parameters are
    /// thinned evenly.
    func observations(_ stay: ICUStays.Stay) -> (values: [Float], valid: [Bool]) {
        let width = 1 + 2 * Self.kinds
        var values = [Float](repeating: 0, count: elements * width)
        var used = 0
        func add(time: Float, value: Float, kind: Int) {
            guard used < elements else { return }
            values[used * width] = time
            values[used * width + 1 + kind] = 1
            values[used * width + 1 + Self.kinds + kind] = value
            used += 1
        }
        for (index, name) in Self.perDescriptor.enumerated() {
            if let value = stay.descriptors[name], let scale = descriptors[name] {
                add(time: -1, value: scale.standardised(value), kind: index)
            }
        }
        for observation in thinned(stay.observations, to: elements - used) {
            add(
                time: Float(observation.minute) / Float(ICUStays.hours * 30) - 1,
                value: parameters[observation.parameter].standardised(observation.value),
                kind: Self.perDescriptor.count + observation.parameter)
        }
        if used == 0 { add(time: -1, value: 0, kind: 0) }
        return (values, (0..<elements).map { $0 < used })
    }

    private func thinned(_ observations: [ICUStays.Observation], to limit: Int) -> [ICUStays.Observation] {
        guard observations.count > limit else { return observations }
        let groups = Dictionary(grouping: observations, by: \.parameter)
        // The largest per-parameter count that fits the limit.
        var allowed = 1
        while groups.values.reduce(0, { $0 + min($1.count, allowed + 1) }) <= limit { allowed += 1 }
        return groups.sorted { $0.key < $1.key }.flatMap { _, group -> [ICUStays.Observation] in
            guard group.count > allowed else { return group }
            // Evenly spaced over the stay, including the first and the last.
            return (0..<allowed).map { group[allowed == 1 ? group.count - 1 : $0 * (group.count - 1) / (allowed - 1)] }
        }
    }
}
