import Heterogeneity

/// The information in two modalities alone and together, as a table.
struct PairDiagnosesText {
    private let diagnoses: [PairDiagnosis]

    init(_ diagnoses: [PairDiagnosis]) { self.diagnoses = diagnoses }

    var text: String {
        var table = TextTable(
            header: [
                "pair, bits", "first", "second", "both", "gain", "±", "redundant", "unique", "unique", "synergy", "",
            ])
        for diagnosis in diagnoses {
            let parts = diagnosis.decomposition
            let values = [
                diagnosis.first, diagnosis.second, diagnosis.both, diagnosis.gain, diagnosis.gainStandardError,
                parts?.redundant, parts?.uniqueFirst, parts?.uniqueSecond, parts?.synergistic,
            ]
            let numbers = values.map { number($0, decimals: 2) }
            table.add([diagnosis.pair] + numbers + [remark(diagnosis)])
        }
        return table.text
    }

    private func remark(_ diagnosis: PairDiagnosis) -> String {
        guard diagnosis.isInformative else { return "nothing learned" }
        return diagnosis.addsNothing ? "adds nothing" : ""
    }
}
