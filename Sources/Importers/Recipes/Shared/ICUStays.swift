/// One set of the challenge: an archive of records and a table of outcomes.
///
/// A record is a file whose lines hold a time, a parameter and a value.
struct ICUStays {
    /// One stay.
    struct Stay {
        let record: ObservationRecord
        let died: Bool
        /// The class of the length of stay: 0 up to 3 days, 1 up to 7, 2 up to 14, 3 above.
        let bucket: Int

        /// The stratum within which stays are divided into splits.
        var stratum: Int { bucket * 2 + (died ? 1 : 0) }
    }

    /// The stays ordered by record number, without those of unknown length.
    let stays: [Stay]

    private typealias Outcome = (died: Bool, bucket: Int)

    init(folder: String, part: String, remarks: ImportRemarks, progress: (RecipeProgress) -> Void) throws {
        let outcomes = try Self.outcomes(path: "\(folder)/Outcomes-\(part).txt", remarks: remarks)
        let archive = FolderListing.archive(in: folder, named: "set-\(part)")
        var stays: [Int: Stay] = [:]
        try ArchiveReader.visit(path: archive, limit: 1 << 24, where: { $0.hasSuffix(".txt") }) { member in
            let name = member.path.split(separator: "/").last?.dropLast(4) ?? ""
            guard let record = Int(name), let outcome = outcomes[record] else { return true }
            stays[record] = try Self.stay(
                member.bytes, file: "\(archive)/\(member.path)", outcome: outcome, remarks: remarks)
            if stays.count % 500 == 0 {
                progress(RecipeProgress(stage: "set \(part)", done: stays.count, total: outcomes.count))
            }
            return true
        }
        if let missing = outcomes.keys.sorted().first(where: { stays[$0] == nil }) {
            throw ReaderError(
                file: archive, reason: "record \(missing) is missing, expected every record of Outcomes-\(part).txt")
        }
        self.stays = stays.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func outcomes(path: String, remarks: ImportRemarks) throws -> [Int: Outcome] {
        let table = try CSVTable(path: path, hasHeader: true)
        let columns = try (table.column("RecordID"), table.column("Length_of_stay"), table.column("In-hospital_death"))
        var outcomes: [Int: Outcome] = [:]
        for row in table.rows.indices {
            guard let record = Int(exactly: try table.number(row: row, column: columns.0)),
                let death = Int(exactly: try table.number(row: row, column: columns.2)), (0...1).contains(death)
            else {
                throw ReaderError(
                    file: path, position: .line(row + 2), reason: "expected a record number and death as 0 or 1")
            }
            switch try table.number(row: row, column: columns.1) {
            case ..<0:
                remarks.add(.leftOut, 1, "stays of unknown length", in: "\(path)/\(row)")
                continue
            case ...3: outcomes[record] = (death == 1, 0)
            case ...7: outcomes[record] = (death == 1, 1)
            case ...14: outcomes[record] = (death == 1, 2)
            default: outcomes[record] = (death == 1, 3)
            }
        }
        return outcomes
    }

    private static func stay(
        _ region: ByteRegion, file: String, outcome: Outcome, remarks: ImportRemarks
    ) throws -> Stay {
        let (record, left) = try ObservationFile(ICUQuantities.names).record(region, file: file)
        remarks.add(.leftOut, left.unknown, "values below 0, which stand for unknown", in: file)
        remarks.add(.leftOut, left.late, "observations after \(ICUQuantities.names.hours) hours", in: file)
        remarks.add(.leftOut, left.unnamed, "observations without a parameter name", in: file)
        remarks.add(.leftOut, left.other, "observations of parameters that the challenge does not list", in: file)
        return Stay(record: record, died: outcome.died, bucket: outcome.bucket)
    }
}
