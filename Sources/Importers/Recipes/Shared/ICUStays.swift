/// One set of the challenge: an archive of records and a table of outcomes.
///
/// A record is a file whose lines hold a time, a parameter and a value.
struct ICUStays {
    /// The descriptors, recorded once on admission.
    static let descriptors = ["Age", "Gender", "Height", "ICUType"]
    /// The parameters measured repeatedly during a stay.
    static let parameters = [
        "ALP", "ALT", "AST", "Albumin", "BUN", "Bilirubin", "Cholesterol", "Creatinine", "DiasABP", "FiO2", "GCS",
        "Glucose", "HCO3", "HCT", "HR", "K", "Lactate", "MAP", "MechVent", "Mg", "NIDiasABP", "NIMAP", "NISysABP", "Na",
        "PaCO2", "PaO2", "Platelets", "RespRate", "SaO2", "SysABP", "Temp", "TroponinI", "TroponinT", "Urine", "WBC",
        "Weight", "pH",
    ]
    /// The number of recorded hours.
    static let hours = 48

    /// One measured value.
    struct Observation {
        /// The time in minutes since admission.
        let minute: Int
        /// An index into `parameters`.
        let parameter: Int
        let value: Float
    }

    /// One stay.
    struct Stay {
        /// The known descriptors by name.
        let descriptors: [String: Float]
        /// The observations in chronological order.
        let observations: [Observation]
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

    private static let indices = parameters.enumerated().reduce(into: [String: Int]()) { $0[$1.element] = $1.offset }

    private static func stay(
        _ region: ByteRegion, file: String, outcome: Outcome, remarks: ImportRemarks
    ) throws -> Stay {
        var (unnamed, unknown, late, other) = (0, 0, 0, 0)
        var descriptors: [String: Float] = [:]
        var observations: [Observation] = []
        let lines = region.withBytes { $0.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) } }
        for (index, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingWhitespace
            }
            // A few records contain an observation without a parameter name.
            if fields.count == 3, fields[1].isEmpty {
                unnamed += 1
                continue
            }
            let clock = fields.first?.split(separator: ":").compactMap { Int($0) } ?? []
            guard fields.count == 3, clock.count == 2, (0...99).contains(clock[0]), (0..<60).contains(clock[1]),
                let value = Float(fields[2]), value.isFinite
            else {
                throw ReaderError(
                    file: file, position: .line(index + 1),
                    reason: "'\(line.prefix(60))', expected time, parameter and value")
            }
            let minute = clock[0] * 60 + clock[1]
            if Self.descriptors.contains(fields[1]) {
                if value >= 0 { descriptors[fields[1]] = value } else { unknown += 1 }
            } else if let parameter = indices[fields[1]], value >= 0, minute <= hours * 60 {
                observations.append(Observation(minute: minute, parameter: parameter, value: value))
            } else if fields[1] != "RecordID" {
                if value < 0 { unknown += 1 } else if minute > hours * 60 { late += 1 } else { other += 1 }
            }
        }
        remarks.add(.leftOut, unknown, "values below 0, which stand for unknown", in: file)
        remarks.add(.leftOut, late, "observations after \(hours) hours", in: file)
        remarks.add(.leftOut, unnamed, "observations without a parameter name", in: file)
        remarks.add(.leftOut, other, "observations of parameters that the challenge does not list", in: file)
        observations.sort { ($0.minute, $0.parameter) < ($1.minute, $1.parameter) }
        return Stay(descriptors: descriptors, observations: observations, died: outcome.died, bucket: outcome.bucket)
    }
}

extension Substring {
    /// The text without leading and trailing whitespace.
    fileprivate var trimmingWhitespace: String {
        var text = self
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        return String(text)
    }
}
