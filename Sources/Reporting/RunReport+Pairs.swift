extension RunReport {
    /// The diagnoses of pairs of modalities; empty without them.
    var pairs: String {
        guard !run.pairs.isEmpty else { return "" }
        let rows = run.pairs.map { pair in
            let parts = pair.decomposition
            let numbers = [
                pair.first, pair.second, pair.both, parts?.redundant, parts?.uniqueFirst, parts?.uniqueSecond,
                parts?.synergistic,
            ].map { Markup.number($0, decimals: 2) }
            let gain =
                "\(Markup.number(pair.gain, decimals: 2)) ± \(Markup.number(pair.gainStandardError, decimals: 2))"
            let isInformative = max(pair.first, pair.second, pair.both) > 0
            let remark =
                isInformative ? pair.gain <= 2 * pair.gainStandardError ? "adds nothing" : "" : "nothing learned"
            return [pair.pair] + numbers + [gain, remark]
        }
        let header = [
            "pair", "first", "second", "both", "redundant", "only first", "only second", "synergy", "gain", "",
        ]
        return """
            <p>Bits about the target on the validation split, found by small \
            predictors of each modality and of both, and their decomposition. A negative number means that the predictor is worse \
            than the label frequencies. The gain is the bits of both minus those of the better modality.</p>
            \(Markup.table(header, rows))
            """
    }
}
