import Multimodal

extension TableDescription {
    /// Returns the way from raw files and texts to the tensors of a recipe whose modalities are one
    /// column each, for predictions.
    static func files(_ columns: [String: TableColumn]) -> TableDescription {
        let modalities = columns.map { name, column in
            var modality = TableModality(columns: [name])
            modality.masked = column.role != .image
            return (name, modality)
        }
        return TableDescription(
            columns: columns, modalities: Dictionary(modalities) { first, _ in first })
    }
}
