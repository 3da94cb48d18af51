import Torch

extension DatasetSplit {
    /// Checks every value of the split. Returns at most one problem per tensor and at most `limit`
    /// in total.
    func problems(limit: Int) -> [DatasetError] {
        var found: [DatasetError] = []
        func look(_ tensor: String, _ check: (UnsafeRawBufferPointer) -> String?) {
            guard found.count < limit, file.entries[tensor] != nil else { return }
            do {
                if let reason = try file.withBytes(of: tensor, check) {
                    found.append(DatasetError(file: file.path, tensor: tensor, reason: reason))
                }
            } catch {
                found.append(DatasetError(file: file.path, tensor: tensor, reason: "\(error)"))
            }
        }
        for (name, modality) in description.modalities.sorted(by: { $0.key < $1.key }) {
            let masks = flags(TensorNames.mask(name))
            let presence = flags(TensorNames.present(name))
            look(TensorNames.present(name)) { Self.notZeroOrOne($0, perRow: 1) }
            look(TensorNames.mask(name)) { bytes in
                Self.notZeroOrOne(bytes, perRow: modality.tokens)
                    ?? self.emptyRow(bytes, tokens: modality.tokens, presence: presence)
            }
            look(name) { self.notFinite($0, modality, masks: masks, presence: presence) }
        }
        for (name, target) in description.targets.sorted(by: { $0.key < $1.key }) {
            let tensor = TensorNames.target(name)
            // Values in rows without the target are ignored.
            let labelled = flags(TensorNames.labelled(name))
            look(TensorNames.labelled(name)) { Self.notZeroOrOne($0, perRow: 1) }
            switch target.kind {
            case .classification: look(tensor) { Self.outOfRange($0, target, labelled) }
            case .multilabel: look(tensor) { self.notIndicators($0, target, tensor, labelled) }
            case .regression: look(tensor) { Self.notFinite($0, perRow: target.outputs, labelled) }
            }
        }
        for name in (description.groups ?? [:]).keys.sorted() {
            look(TensorNames.group(name)) { Self.negative($0) }
        }
        return found
    }

    private static func negative(_ bytes: UnsafeRawBufferPointer) -> String? {
        for row in 0..<bytes.count / 8 {
            let number = bytes.loadUnaligned(fromByteOffset: row * 8, as: Int64.self)
            if number < 0 { return "\(number) in row \(row), expected a number of at least 0" }
        }
        return nil
    }

    /// Returns the bytes of a mask or presence tensor; `nil` if the split has none. The mapping
    /// lives as long as the split.
    private func flags(_ tensor: String) -> UnsafeRawBufferPointer? {
        guard file.entries[tensor] != nil else { return nil }
        return try? file.withBytes(of: tensor) { $0 }
    }

    private static func notZeroOrOne(_ bytes: UnsafeRawBufferPointer, perRow: Int) -> String? {
        guard let index = bytes.firstIndex(where: { $0 > 1 }) else { return nil }
        return "\(bytes[index]) in row \(index / perRow), expected 0 or 1"
    }

    private func emptyRow(_ bytes: UnsafeRawBufferPointer, tokens: Int, presence: UnsafeRawBufferPointer?) -> String? {
        for row in 0..<count where presence?[row] != 0 {
            let tokensOfRow = bytes[row * tokens..<(row + 1) * tokens]
            if !tokensOfRow.contains(where: { $0 != 0 }) {
                return "row \(row) has no valid token; if the row lacks the modality, set 'present/…' to 0 there"
            }
        }
        return nil
    }

    private func notFinite(
        _ bytes: UnsafeRawBufferPointer, _ modality: ModalityDescription, masks: UnsafeRawBufferPointer?,
        presence: UnsafeRawBufferPointer?
    ) -> String? {
        let tokens = modality.tokens
        for row in 0..<count where presence?[row] != 0 {
            for token in row * tokens..<(row + 1) * tokens where masks?[token] != 0 {
                let start = token * modality.channels
                if let (index, value) = Self.firstNotFinite(bytes, start..<start + modality.channels) {
                    return "\(value) in row \(row), token \(token - row * tokens), channel \(index - start), "
                        + "expected finite numbers in valid tokens"
                }
            }
        }
        return nil
    }

    private static func notFinite(
        _ bytes: UnsafeRawBufferPointer, perRow: Int, _ labelled: UnsafeRawBufferPointer?
    ) -> String? {
        for row in 0..<bytes.count / 4 / perRow where labelled?[row] != 0 {
            if let (_, value) = firstNotFinite(bytes, row * perRow..<(row + 1) * perRow) {
                return "\(value) in row \(row), expected finite numbers"
            }
        }
        return nil
    }

    private static func firstNotFinite(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> (Int, Float)? {
        for index in range {
            let value = bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
            if !value.isFinite { return (index, value) }
        }
        return nil
    }

    private static func outOfRange(
        _ bytes: UnsafeRawBufferPointer, _ target: TargetDescription, _ labelled: UnsafeRawBufferPointer?
    ) -> String? {
        let classes = target.outputs
        for row in 0..<bytes.count / 8 where labelled?[row] != 0 {
            let label = bytes.loadUnaligned(fromByteOffset: row * 8, as: Int64.self)
            if label < 0 || label >= classes {
                return "label \(label) in row \(row), expected 0…\(classes - 1) (\(classes) classes)"
            }
        }
        return nil
    }

    private func notIndicators(
        _ bytes: UnsafeRawBufferPointer, _ target: TargetDescription, _ tensor: String,
        _ labelled: UnsafeRawBufferPointer?
    ) -> String? {
        let isFloat = file.entries[tensor]?.dtype == .float32
        let width = target.outputs
        for row in 0..<count where labelled?[row] != 0 {
            for index in row * width..<(row + 1) * width {
                let value =
                    isFloat
                    ? bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self) : Float(bytes[index])
                if value != 0, value != 1 {
                    return "\(isFloat ? "\(value)" : "\(bytes[index])") in row \(row), expected 0 or 1"
                }
            }
        }
        return nil
    }
}
