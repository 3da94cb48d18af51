import Multimodal

extension TableDescription {
    /// Returns the way from raw files and texts to the tensors of a recipe whose modalities are one
    /// column each, for predictions.
    ///
    /// - Parameter layouts: The layouts of the modalities, as they are written.
    static func files(
        _ columns: [String: TableColumn], layouts: [String: DatasetWriter.Layout]
    ) -> TableDescription {
        let modalities = columns.keys.map { name in
            var modality = TableModality(columns: [name])
            modality.masked = layouts[name]?.isMasked ?? false
            modality.optional = layouts[name]?.isOptional ?? false
            return (name, modality)
        }
        return TableDescription(
            columns: columns, modalities: Dictionary(modalities) { first, _ in first })
    }
}

extension TableColumn {
    /// Returns a column of array files.
    ///
    /// - Parameters:
    ///   - size: The shape of the arrays.
    ///   - kind: The kind of modality.
    ///   - transforms: The steps from an array to tokens.
    static func arrays(_ size: [Int], _ kind: ModalityKind, _ transforms: [ArrayTransform] = []) -> TableColumn {
        var column = TableColumn(.array)
        (column.size, column.kind) = (size, kind)
        column.transforms = transforms.isEmpty ? nil : transforms
        return column
    }

    /// Returns the tokens of the column's arrays.
    var arrayTokens: ArrayTokens {
        guard let size, let tokens = ArrayTokens(size: size, transforms: transforms ?? []) else {
            preconditionFailure("recipes state a size that suits their transforms")
        }
        return tokens
    }
}
