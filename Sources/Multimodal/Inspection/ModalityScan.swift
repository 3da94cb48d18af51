/// Summarises the values of one modality in one split.
enum ModalityScan {
    static func values(_ rows: ModalityRows) throws -> DatasetSummary.Values {
        let present = (0..<rows.count).filter(rows.has)
        let valid = present.map(rows.validTokens)
        var count = 0.0
        var mean = 0.0
        var squares = 0.0
        var minimum = Double.infinity
        var maximum = -Double.infinity
        try rows.visit(0..<rows.count) { value, _, _ in
            count += 1
            let step = value - mean
            mean += step / count
            squares += step * (value - mean)
            minimum = min(minimum, value)
            maximum = max(maximum, value)
        }
        let tokens = rows.modality.tokens
        let shareOf = { (part: Int, whole: Int) in whole > 0 ? Double(part) / Double(whole) : 0 }
        return DatasetSummary.Values(
            missingRows: 1 - shareOf(present.count, rows.count),
            maskedTokens: present.isEmpty ? 0 : 1 - shareOf(valid.reduce(0, +), present.count * tokens),
            maskedRows: shareOf(valid.count { $0 < tokens }, present.count), minimum: count > 0 ? minimum : nil,
            maximum: count > 0 ? maximum : nil, mean: count > 0 ? mean : nil,
            deviation: count > 0 ? (squares / count).squareRoot() : nil)
    }
}
