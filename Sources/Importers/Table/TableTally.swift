/// Counts of what an import or a prediction skipped, cut or converted.
public struct TableTally: Hashable, Sendable, Encodable {
    /// Something that happened to rows of a column or modality.
    public enum Event: String, CaseIterable, Sendable {
        /// A sample without any value of a modality.
        case missingModality = "missing_modality"
        /// A cell of a number or category that is missing.
        case missingCell = "missing_cell"
        /// A category that the training rows do not show.
        case unknownCategory = "unknown_category"
        /// A number far outside of the range of the training rows.
        case farOutside = "far_outside"
        /// A number that is infinite or does not fit single precision, read as missing.
        case infinite
        /// Words, sound or steps beyond the limit, left out.
        case cut
        /// An observation of no known quantity, at no known time or after the hours that count.
        case unusedObservation = "unused_observation"
        /// A sound that was converted to another sampling rate.
        case resampled
        /// A sample without an answer of a target.
        case unlabelled
        /// A sample without any answer, left out.
        case withoutTarget = "without_target"
        /// A cell of a target that is not empty, such as `NA`, and is read as missing.
        case namedMissing = "named_missing"
        /// A sample without any modality, left out.
        case withoutInput = "without_input"
        /// A sample with the id of another one.
        case repeatedID = "repeated_id"
        /// A member of a group, such as a person, in several splits.
        case sharedGroup = "shared_group"
        /// A sample that the model cannot predict, because it lacks what no training sample lacked.
        case unpredicted
        /// A target or group with another name than its column, which has characters that names of
        /// tensors cannot have.
        case renamed
        /// A column whose numbers differ by less than single precision keeps of their size.
        case coarse
        /// A column that is not used.
        case unused
    }

    /// A count of one event.
    private struct Entry: Encodable {
        var event: String
        var name: String
        var count: Int
    }

    private var counts: [Event: [String: Int]] = [:]

    /// Creates a tally of nothing.
    public init() {}

    /// Adds to a count.
    public mutating func add(_ event: Event, _ subject: String, _ count: Int = 1) {
        counts[event, default: [:]][subject, default: 0] += count
    }

    /// Returns the counts of an event by column or modality.
    public func counts(of event: Event) -> [String: Int] { counts[event] ?? [:] }

    /// Encodes a list of events with the column or modality and the count.
    ///
    /// - Throws: The errors of the encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        for event in Event.allCases {
            for (name, count) in counts(of: event).sorted(by: { $0.key < $1.key }) {
                try container.encode(Entry(event: event.rawValue, name: name, count: count))
            }
        }
    }
}
