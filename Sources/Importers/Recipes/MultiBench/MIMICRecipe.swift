import Multimodal

extension Recipe {
    /// Intensive-care stays of MIMIC-III, from the MultiBench file.
    static let mimic = Recipe(
        name: "mimic",
        title: "intensive care (MIMIC-III), from admission data and 24 hours: mortality, and ICD-9 group 7 diagnoses",
        source: "MIMIC-III, https://physionet.org/content/mimiciii, preprocessed as im.pk for MultiBench",
        licence: "PhysioNet Credentialed Health Data License; needs an agreement",
        citation:
            "Johnson, A. E. W. et al. MIMIC-III, a freely accessible critical care database. Scientific Data 3, 2016; "
            + "Purushotham, S. et al. Benchmarking deep learning models on large healthcare datasets. JBI 83, 2018"
    ) { recipe, request in
        let stays = try MIMICStays(path: "\(request.source)/im.pk", remarks: request.remarks)
        let rows = stays.divided()
        var description = recipe.description(
            modalities: [
                "table": ModalityDescription(kind: .table, axes: [MIMICStays.fields], channels: 1),
                "series": ModalityDescription(
                    kind: .timeSeries, axes: [MIMICStays.hours, stays.features], channels: 1,
                    description: "hours by features"),
            ],
            targets: [
                "mortality": .classification(
                    ["survived", "1 day", "2 days", "3 days", "1 week", "1 year"],
                    description: "first of the five spans that applies"),
                "icd9-7": .classification(["without", "with"], description: "diagnoses of ICD-9 group 7"),
            ])
        description.modalities["series"]?.statistics = try stays.seriesStatistics(of: rows[.train, default: []])
        let layouts = ["table": DatasetWriter.Layout(standardisation: .element)]
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                try stays.sample(rows[split, default: []][row])
            }
        ]
    }
}

/// The arrays of im.pk: time series, admission fields and labels of each stay.
private struct MIMICStays {
    static let hours = 24
    static let fields = 5
    private static let diagnosis = 7
    private static let spans = 1...5

    let features: Int
    private let count: Int
    private let path: String
    private let series: NumpyArray
    private let table: NumpyArray
    private let mortality: NumpyArray
    private let diagnoses: NumpyArray
    private let remarks: ImportRemarks

    init(path: String, remarks: ImportRemarks) throws {
        self.remarks = remarks
        let content = try PickleReader.value(path: path)
        func array(_ name: String, _ isExpected: ([Int]) -> Bool, _ expected: String) throws -> NumpyArray {
            guard let value = content[name] else {
                throw ReaderError(
                    file: path,
                    reason: "no '\(name)', expected an array \(expected); the file has "
                        + (content.keys.isEmpty ? "no names" : content.keys.joined(separator: ", ")))
            }
            do {
                let array = try value.numbers()
                guard isExpected(array.shape) else {
                    throw ReaderError(
                        file: path, reason: "'\(name)' has shape \(array.shape), expected \(expected)")
                }
                return array
            } catch let problem as PickleValue.NumberProblem {
                throw ReaderError(file: path, reason: "'\(name)' \(problem.text)")
            }
        }
        series = try array("ep_tdata", { $0.count == 3 && $0[1] == Self.hours && $0[2] > 0 }, "[N, \(Self.hours), F]")
        count = series.shape[0]
        features = series.shape[2]
        let count = count
        table = try array("adm_features_all", { $0 == [count, Self.fields] }, "[\(count), \(Self.fields)]")
        mortality = try array(
            "adm_labels_all", { $0.count == 2 && $0[0] == count && $0[1] > Self.spans.upperBound },
            "[\(count), 6 or more]")
        diagnoses = try array(
            "y_icd9", { $0.count == 2 && $0[0] == count && $0[1] > Self.diagnosis }, "[\(count), 8 or more]")
        self.path = path
    }

    /// Divides the stays as MultiBench does: `random.seed(10)`, shuffled, then the first tenth for
    /// validation, the second for test and the rest for training.
    func divided() -> [Split: [Int]] {
        var order = Array(0..<count)
        var random = PythonRandom(seed: 10)
        random.shuffle(&order)
        let tenth = count / 10
        return [
            .valid: Array(order[..<tenth]), .test: Array(order[tenth..<2 * tenth]),
            .train: Array(order[(2 * tenth)...]),
        ]
    }

    func sample(_ row: Int) throws -> Sample {
        let labels = try numbers(mortality, row, of: "adm_labels_all")
        let span = Self.spans.first { labels[$0] == 1 } ?? 0
        let diagnosis = try numbers(diagnoses, row, of: "y_icd9")[Self.diagnosis]
        guard diagnosis == 0 || diagnosis == 1 else {
            throw ReaderError(file: path, reason: "'y_icd9': row \(row): \(diagnosis), expected 0 or 1")
        }
        return Sample(
            inputs: [
                "table": try numbers(table, row, of: "adm_features_all"),
                "series": try numbers(series, row, of: "ep_tdata"),
            ],
            targets: ["mortality": [Double(span)], "icd9-7": [Double(diagnosis)]])
    }

    /// Returns one mean and standard deviation per feature, shared by all hours.
    ///
    /// - Throws: `ReaderError` when a row does not hold numbers.
    func seriesStatistics(of rows: [Int]) throws -> Standardisation {
        let shape = ModalityDescription(kind: .timeSeries, axes: [Self.hours], channels: features)
        var running = RunningStatistics(scope: .channel, modality: shape)
        for row in rows { running.add(try numbers(series, row, of: "ep_tdata"), valid: nil) }
        let one = running.statistics
        return Standardisation(
            scope: .element, mean: (0..<Self.hours).flatMap { _ in one.mean },
            deviation: (0..<Self.hours).flatMap { _ in one.deviation })
    }

    /// Returns a row, with zeros for values that are not finite.
    ///
    /// - Throws: `ReaderError` when the row does not hold numbers.
    private func numbers(_ array: NumpyArray, _ row: Int, of name: String) throws -> [Float] {
        guard let values = array.row(row)?.floats() else {
            throw ReaderError(file: path, reason: "row \(row): expected a numeric array")
        }
        remarks.add(
            .replaced, values.count { !$0.isFinite }, "values of \(name) that are not finite, by 0", in: "\(row)")
        return values.map { $0.isFinite ? $0 : 0 }
    }
}
