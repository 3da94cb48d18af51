import Torch

/// Sums up the numbers of one modality in one split.
enum ModalityScan {
    static func values(
        of name: String,
        _ modality: ModalityDescription,
        in split: DatasetSplit
    ) throws -> DatasetSummary.Values {
        let masks = try flags(TensorNames.mask(name), in: split)
        let presence = try flags(TensorNames.present(name), in: split)
        var present = 0
        var valid = 0
        var count = 0.0
        var mean = 0.0
        var squares = 0.0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        try split.file.withBytes(of: name) { bytes in
            for row in 0..<split.count where presence?[row] != 0 {
                present += 1
                for token in row * modality.tokens..<(row + 1) * modality.tokens where masks?[token] != 0 {
                    valid += 1
                    for index in token * modality.channels..<(token + 1) * modality.channels {
                        let value = Double(bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self))
                        guard value.isFinite else { continue }
                        count += 1
                        let step = value - mean
                        mean += step / count
                        squares += step * (value - mean)
                        minimum = min(minimum, value)
                        maximum = max(maximum, value)
                    }
                }
            }
        }
        let tokens = present * modality.tokens
        return DatasetSummary.Values(
            missingRows: 1 - Double(present) / Double(split.count),
            maskedTokens: tokens > 0 ? 1 - Double(valid) / Double(tokens) : 0,
            minimum: count > 0 ? minimum : nil,
            maximum: count > 0 ? maximum : nil,
            mean: count > 0 ? mean : nil,
            deviation: count > 0 ? (squares / count).squareRoot() : nil
        )
    }

    private static func flags(_ tensor: String, in split: DatasetSplit) throws -> [UInt8]? {
        guard split.file.entries[tensor] != nil else { return nil }
        return try split.file.withBytes(of: tensor) { Array($0) }
    }
}
