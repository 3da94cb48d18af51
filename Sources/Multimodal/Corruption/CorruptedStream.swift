import Numerics
import Torch

/// One modality of a batch while it is corrupted.
///
/// The result for a row depends only on the seed, the purpose and the row. Noise of another
/// severity is the same noise, scaled, so that random draws add no noise to curves over severities.
struct CorruptedStream {
    /// The distance of salt and pepper from the mean, in standard deviations.
    private static let extreme = 3.0

    private let rows: [Int]
    private let shape: [Int]
    private let scale: InputScale
    /// One flag per row; `nil` when all rows have the modality.
    private let present: [Bool]?
    private var numbers: [Float]
    /// `[batch, tokens]`; `nil` while all tokens are valid.
    private var valid: [Bool]?

    init(_ modality: String, of batch: Batch, scale: InputScale) throws {
        rows = batch.rows
        shape = batch.inputs[modality]?.shape ?? []
        numbers = try batch.inputs[modality]?.floats() ?? []
        valid = try batch.masks[modality]?.bools()
        present = batch.present[modality]
        self.scale = scale
    }

    private var channels: Int { shape.last ?? 1 }
    private var tokens: Int { shape.dropFirst().dropLast().reduce(1, *) }

    /// Writes the corrupted modality to the batch.
    func write(_ modality: String, to batch: inout Batch) throws {
        batch.inputs[modality] = try Tensor(numbers, shape: shape)
        if let valid { batch.masks[modality] = try Tensor(valid, shape: Array(shape.dropLast())) }
    }

    mutating func apply(_ kind: CorruptionKind, severity: Double, seed: UInt64, purpose: String) {
        for position in rows.indices where present?[position] ?? true {
            var random = RandomSource(seed: seed, purpose: "corruption/\(purpose)/\(rows[position])")
            switch kind {
            case .gaussian:
                let factor = severity * scale.deviation
                changeNumbers(position) { $0 + Float(factor * random.normal()) }
            case .saltAndPepper:
                let low = Float(scale.mean - Self.extreme * scale.deviation)
                let high = Float(scale.mean + Self.extreme * scale.deviation)
                changeNumbers(position) { number in
                    let (isHit, isHigh) = (random.uniform() < severity, random.uniform() < 0.5)
                    return isHit ? isHigh ? high : low : number
                }
            case .droppedTokens: dropTokens(position, share: severity, &random)
            case .droppedModalities: break
            }
        }
    }

    private func validTokens(_ position: Int) -> [Int] {
        let all = (position * tokens)..<((position + 1) * tokens)
        guard let valid else { return Array(all) }
        return all.filter { valid[$0] }
    }

    private mutating func changeNumbers(_ position: Int, _ change: (Float) -> Float) {
        for token in validTokens(position) {
            for index in (token * channels)..<((token + 1) * channels) { numbers[index] = change(numbers[index]) }
        }
    }

    private mutating func dropTokens(_ position: Int, share: Double, _ random: inout RandomSource) {
        let candidates = validTokens(position)
        let count = min(candidates.count - 1, Int((share * Double(candidates.count)).rounded()))
        guard count > 0 else { return }
        for token in candidates.shuffled(using: &random).prefix(count) {
            valid = valid ?? Array(repeating: true, count: rows.count * tokens)
            valid?[token] = false
            for index in (token * channels)..<((token + 1) * channels) { numbers[index] = 0 }
        }
    }
}
