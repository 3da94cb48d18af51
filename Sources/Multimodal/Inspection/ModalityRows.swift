import Torch

/// Iterates over the valid values of one modality in one split.
struct ModalityRows {
    let modality: ModalityDescription
    let count: Int
    private let name: String
    private let split: DatasetSplit
    private let masks: [UInt8]?
    private let presence: [UInt8]?

    init(of name: String, _ modality: ModalityDescription, in split: DatasetSplit) throws {
        func flags(_ tensor: String) throws -> [UInt8]? {
            guard split.file.entries[tensor] != nil else { return nil }
            return try split.withBytes(of: tensor) { Array($0) }
        }
        self.name = name
        self.modality = modality
        count = split.count
        self.split = split
        masks = try flags(TensorNames.mask(name))
        presence = try flags(TensorNames.present(name))
    }

    /// Returns true when a row has the modality.
    func has(_ row: Int) -> Bool { presence?[row] != 0 }

    /// Returns the number of valid tokens in a row.
    func validTokens(of row: Int) -> Int {
        guard let masks else { return modality.tokens }
        return masks[row * modality.tokens..<(row + 1) * modality.tokens].count { $0 != 0 }
    }

    /// Visits the finite values of valid tokens in order, with their token and channel.
    func visit(_ rows: Range<Int>, _ body: (_ value: Double, _ token: Int, _ channel: Int) -> Void) throws {
        let tokens = modality.tokens
        let channels = modality.channels
        try split.withBytes(of: name) { bytes in
            for row in rows where has(row) {
                for token in 0..<tokens where masks?[row * tokens + token] != 0 {
                    let start = (row * tokens + token) * channels
                    for channel in 0..<channels {
                        let value = Double(
                            bytes.loadUnaligned(fromByteOffset: (start + channel) * 4, as: Float.self))
                        if value.isFinite { body(value, token, channel) }
                    }
                }
            }
        }
    }
}
