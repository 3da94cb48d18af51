import Importers

/// A sentence on what an import or a prediction skipped, cut or converted.
struct TableTallyText {
    /// One line; empty if there is nothing to tell.
    let text: String

    init(_ tally: TableTally) {
        let parts = TableTally.Event.allCases.compactMap { event -> String? in
            let counts = tally.counts(of: event).sorted { $0.key < $1.key }
            guard !counts.isEmpty else { return nil }
            let shown = counts.prefix(8).map {
                Self.namesOnly.contains(event) ? Self.shown($0.key) : "\($0.key) \($0.value)"
            }.joined(
                separator: ", ")
            return "\(Self.words(event)): \(shown)" + (counts.count > 8 ? ", and \(counts.count - 8) more" : "")
        }
        text = parts.joined(separator: "; ")
    }

    /// Events of columns, which are not counted.
    private static let namesOnly: Set<TableTally.Event> = [.unused, .renamed, .coarse]

    private static func shown(_ name: String) -> String { name.isEmpty ? "one without a name" : name }

    private static func words(_ event: TableTally.Event) -> String {
        switch event {
        case .missingModality: "samples without a modality"
        case .missingCell: "missing cells"
        case .unknownCategory: "rare or unknown categories"
        case .farOutside: "numbers far outside the training range"
        case .infinite: "infinite numbers, read as missing"
        case .cut: "samples cut to the longest allowed"
        case .unusedObservation: "observations not used: unknown quantities, values or times"
        case .resampled: "sounds converted to another sampling rate"
        case .unlabelled: "samples without a target"
        case .withoutTarget: "samples left out because they have no target"
        case .namedMissing: "target cells read as missing (if that is a class, list other texts under missing)"
        case .withoutInput: "samples left out because they have no modality"
        case .repeatedID: "samples with the id of another one"
        case .sharedGroup: "members of a group in several splits, as the split column has it"
        case .unpredicted: "samples without a prediction"
        case .renamed: "targets and groups with another name than their column"
        case .coarse: "numbers too large for their differences, which are lost in single precision; subtract an offset"
        case .unused: "columns not used"
        }
    }
}
