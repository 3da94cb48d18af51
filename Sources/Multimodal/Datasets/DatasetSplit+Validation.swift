import Torch

extension DatasetSplit {
    /// The limit of numbers: the square of a larger one overflows in single precision. Fill values
    /// for missing numbers, such as 1e20 and 9.97e36, exceed it.
    package static let largest: Float = 1e18

    /// Checks every value of the split. Returns at most one problem per tensor and at most `limit`
    /// in total.
    ///
    /// - Parameter targets: The targets to check; `nil` checks all.
    func problems(limit: Int, targets: Set<String>? = nil) -> [DatasetError] {
        var found: [DatasetError] = []
        func look(_ tensor: String, _ check: (UnsafeRawBufferPointer) -> String?) {
            guard found.count < limit, file.entries[tensor] != nil else { return }
            do {
                if let reason = try withBytes(of: tensor, check) {
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
        for (name, target) in description.targets.sorted(by: { $0.key < $1.key })
        where targets?.contains(name) ?? true {
            let tensor = TensorNames.target(name)
            // Values in rows without the target are ignored.
            let labelled = flags(TensorNames.labelled(name))
            let flagsPerRow = hasLabelFlags(name) ? target.outputs : 1
            look(TensorNames.labelled(name)) { Self.notZeroOrOne($0, perRow: flagsPerRow) }
            switch target.kind {
            case .classification: look(tensor) { Self.outOfRange($0, name, target, labelled) }
            case .multilabel: look(tensor) { self.notIndicators($0, target, tensor, labelled) }
            case .regression:
                // Components with a flag of their own are checked one by one.
                look(tensor) {
                    Self.notFinite($0, name, perRow: target.outputs / flagsPerRow, labelled, of: flagsPerRow)
                }
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
        return try? withBytes(of: tensor) { $0 }
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
        // Pages that were read count as memory of the process until they are released.
        let releaseInterval = max(1, (64 << 20) / (4 * modality.elements))
        for row in 0..<count where presence?[row] != 0 {
            if row % releaseInterval == 0 { file.releasePages() }
            for token in row * tokens..<(row + 1) * tokens where masks?[token] != 0 {
                let start = token * modality.channels
                if let (index, value) = Self.firstUnusable(bytes, start..<start + modality.channels) {
                    return "\(value) in row \(row), token \(token - row * tokens), channel \(index - start), "
                        + "expected \(Self.expectation(value)) in valid tokens"
                }
            }
        }
        return nil
    }

    private static func notFinite(
        _ bytes: UnsafeRawBufferPointer, _ name: String, perRow: Int, _ labelled: UnsafeRawBufferPointer?,
        of flagsPerRow: Int
    ) -> String? {
        for part in 0..<bytes.count / 4 / perRow where labelled?[part] != 0 {
            if let (_, value) = firstUnusable(bytes, part * perRow..<(part + 1) * perRow) {
                return
                    "\(value) in row \(part / flagsPerRow), expected \(expectation(value)); if the row lacks the target, set "
                    + "'\(TensorNames.labelled(name))' to 0 there"
            }
        }
        return nil
    }

    private static func expectation(_ value: Float) -> String {
        value.isFinite ? "numbers within ±\(largest)" : "finite numbers"
    }

    private static func firstUnusable(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> (Int, Float)? {
        for index in range {
            let value = bytes.loadUnaligned(fromByteOffset: index * 4, as: Float.self)
            if !(abs(value) <= largest) { return (index, value) }
        }
        return nil
    }

    private static func outOfRange(
        _ bytes: UnsafeRawBufferPointer, _ name: String, _ target: TargetDescription,
        _ labelled: UnsafeRawBufferPointer?
    ) -> String? {
        let classes = target.outputs
        func label(_ row: Int) -> Int64 { bytes.loadUnaligned(fromByteOffset: row * 8, as: Int64.self) }
        let rows = (0..<bytes.count / 8).filter { labelled?[$0] != 0 }
        guard let row = rows.first(where: { label($0) < 0 || label($0) >= classes }) else { return nil }
        let found = "label \(label(row)) in row \(row), expected 0…\(classes - 1) (\(classes) classes)"
        let (lowest, highest) = (rows.map(label).min() ?? 0, rows.map(label).max() ?? 0)
        if lowest == 1, highest == classes {
            return found + "; the labels run from 1 to \(classes): subtract 1 from all of them, in every split"
        }
        if lowest == -1 {
            return found + "; if -1 stands for an unknown label, set '\(TensorNames.labelled(name))' to 0 there"
        }
        return found
    }

    private func notIndicators(
        _ bytes: UnsafeRawBufferPointer, _ target: TargetDescription, _ tensor: String,
        _ labelled: UnsafeRawBufferPointer?
    ) -> String? {
        let isFloat = entry(of: tensor)?.dtype == .float32
        let width = target.outputs
        let flagsPerRow = (labelled?.count ?? count) / max(1, count)
        for row in 0..<count where flagsPerRow > 1 || labelled?[row] != 0 {
            for index in row * width..<(row + 1) * width where flagsPerRow == 1 || labelled?[index] != 0 {
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
