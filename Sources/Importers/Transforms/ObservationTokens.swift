import Multimodal

/// Shows the observations of a sample in one form.
struct ObservationTokens {
    private let quantities: ObservedQuantities
    private let view: ObservationView
    private let fields: [Field]
    /// The quantities that are stated once and have a scale, which precede the others in a set.
    private let measuredOnce: [ObservedQuantity]

    /// The source of a field's value.
    private enum Field {
        case once(ObservedQuantity)
        case first(quantity: Int)
        case code(name: String, Float)
    }

    /// Creates a form; `nil` if a field is not one of the quantities.
    init?(_ quantities: ObservedQuantities, _ view: ObservationView) {
        self.quantities = quantities
        self.view = view
        measuredOnce = quantities.once.filter { $0.range != nil }
        guard case .fields(let names) = view else {
            fields = []
            return
        }
        let found = names.compactMap { Self.field($0, quantities) }
        guard found.count == names.count else { return nil }
        fields = found
    }

    private static func field(_ name: String, _ quantities: ObservedQuantities) -> Field? {
        let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
        if parts.count == 2, quantities.once.contains(where: { $0.name == parts[0] }), let code = Float(parts[1]) {
            return .code(name: parts[0], code)
        }
        if let quantity = quantities.once.first(where: { $0.name == name }) { return .once(quantity) }
        return quantities.repeated.firstIndex { $0.name == name }.map { .first(quantity: $0) }
    }

    /// The number of quantities that an observation of a set can be of.
    private var kinds: Int { measuredOnce.count + quantities.repeated.count }

    /// Describes a modality of this form.
    func description(_ kind: ModalityKind?, _ text: String) -> ModalityDescription {
        switch view {
        case .fields:
            ModalityDescription(
                kind: kind ?? .table, axes: [fields.count], channels: fields.count, description: text)
        case .grid:
            ModalityDescription(
                kind: kind ?? .timeSeries, axes: [quantities.hours], channels: 2 * quantities.repeated.count,
                description: text, statistics: gridStatistics)
        case .set(let elements):
            ModalityDescription(kind: kind ?? .set, axes: [elements], channels: 1 + 2 * kinds, description: text)
        }
    }

    private var gridStatistics: Standardisation {
        let flags = quantities.repeated.count
        return Standardisation(
            scope: .channel, mean: quantities.repeated.map(\.mean) + [Double](repeating: 0, count: flags),
            deviation: quantities.repeated.map(\.deviation) + [Double](repeating: 1, count: flags))
    }

    /// Returns the tokens of a record, and which of them are valid; `nil` when all are.
    func values(of record: ObservationRecord) -> (values: [Float], valid: [Bool]?) {
        switch view {
        case .fields: fields(of: record)
        case .grid: (grid(of: record), nil)
        case .set(let elements): set(of: record, elements: elements)
        }
    }

    /// Returns the fields, one token each, as `[fields, fields]`.
    ///
    /// Each field has its own channel. With a single shared channel, the weighted sum that
    /// attention takes over tokens would mix age with weight.
    private func fields(of record: ObservationRecord) -> (values: [Float], valid: [Bool]) {
        var known = fields.map { field -> Float? in
            switch field {
            case .once(let quantity): record.once[quantity.name].map { quantity.standardised($0) }
            case .code(let name, let code): record.once[name].map { $0 == code ? 1 : -1 }
            case .first(let index):
                record.observations.first { $0.quantity == index }
                    .map { quantities.repeated[index].standardised($0.value) }
            }
        }
        // A row with no valid token would be malformed.
        if known.allSatisfy({ $0 == nil }) { known[0] = 0 }
        let values = known.indices.flatMap { field in
            known.indices.map { $0 == field ? known[field] ?? 0 : 0 }
        }
        return (values, known.map { $0 != nil })
    }

    /// Returns the record by hour, as `[hours, 2 × quantities]` in raw units.
    ///
    /// The first half of the channels holds, for each quantity, the mean of the hour's
    /// observations, or else the last known value, or else the mean over training rows. The second
    /// half flags the quantities observed in that hour. The statistics standardise the values.
    private func grid(of record: ObservationRecord) -> [Float] {
        let count = quantities.repeated.count
        var sums = [Float](repeating: 0, count: quantities.hours * count)
        var counts = sums
        for observation in record.observations {
            let hour = min(quantities.hours - 1, observation.minute / 60)
            sums[hour * count + observation.quantity] += quantities.repeated[observation.quantity].clip(
                observation.value)
            counts[hour * count + observation.quantity] += 1
        }
        var last = quantities.repeated.map { Float($0.mean) }
        var result: [Float] = []
        result.reserveCapacity(2 * sums.count)
        for hour in 0..<quantities.hours {
            let places = hour * count..<(hour + 1) * count
            for (quantity, place) in places.enumerated() where counts[place] > 0 {
                last[quantity] = sums[place] / counts[place]
            }
            result.append(contentsOf: last)
            result.append(contentsOf: places.map { counts[$0] > 0 ? 1 : 0 })
        }
        return result
    }

    /// Returns the observations as a set, those stated once first, as `[elements, 1 + 2 × kinds]`.
    ///
    /// A token holds the time, a flag for the quantity, and the standardised value in the
    /// quantity's channel. If there are too many observations, those of the most frequent
    /// quantities are thinned evenly.
    private func set(of record: ObservationRecord, elements: Int) -> (values: [Float], valid: [Bool]) {
        let width = 1 + 2 * kinds
        var values = [Float](repeating: 0, count: elements * width)
        var used = 0
        func add(time: Float, value: Float, kind: Int) {
            guard used < elements else { return }
            values[used * width] = time
            values[used * width + 1 + kind] = 1
            values[used * width + 1 + kinds + kind] = value
            used += 1
        }
        for (index, quantity) in measuredOnce.enumerated() {
            if let value = record.once[quantity.name] {
                add(time: -1, value: quantity.standardised(value), kind: index)
            }
        }
        for observation in Self.thinned(record.observations, to: max(0, elements - used)) {
            add(
                time: Float(observation.minute) / Float(quantities.hours * 30) - 1,
                value: quantities.repeated[observation.quantity].standardised(observation.value),
                kind: measuredOnce.count + observation.quantity)
        }
        if used == 0 { add(time: -1, value: 0, kind: 0) }
        return (values, (0..<elements).map { $0 < used })
    }

    private static func thinned(
        _ observations: [ObservationRecord.Observation], to limit: Int
    ) -> [ObservationRecord.Observation] {
        guard observations.count > limit else { return observations }
        let groups = Dictionary(grouping: observations, by: \.quantity)
        // The largest number per quantity that fits the limit.
        var allowed = 1
        while groups.values.reduce(0, { $0 + min($1.count, allowed + 1) }) <= limit { allowed += 1 }
        return groups.sorted { $0.key < $1.key }.flatMap { _, group -> [ObservationRecord.Observation] in
            guard group.count > allowed else { return group }
            // Evenly spaced in time, including the first and the last.
            return (0..<allowed).map { group[allowed == 1 ? group.count - 1 : $0 * (group.count - 1) / (allowed - 1)] }
        }
    }
}
