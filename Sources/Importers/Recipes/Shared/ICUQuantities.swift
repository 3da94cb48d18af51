import Multimodal

/// The quantities of intensive-care stays, as the challenge names them.
enum ICUQuantities {
    /// The descriptors, which are recorded on admission, and the parameters, without scales.
    ///
    /// The record number and the kind of unit are codes and get none.
    static let names = ObservedQuantities(
        hours: 48,
        once: ["Age", "Gender", "Height", "ICUType", "RecordID"].map { ObservedQuantity(name: $0) },
        repeated: [
            "ALP", "ALT", "AST", "Albumin", "BUN", "Bilirubin", "Cholesterol", "Creatinine", "DiasABP", "FiO2", "GCS",
            "Glucose", "HCO3", "HCT", "HR", "K", "Lactate", "MAP", "MechVent", "Mg", "NIDiasABP", "NIMAP", "NISysABP",
            "Na", "PaCO2", "PaO2", "Platelets", "RespRate", "SaO2", "SysABP", "Temp", "TroponinI", "TroponinT", "Urine",
            "WBC", "Weight", "pH",
        ].map { ObservedQuantity(name: $0) },
        least: 0)

    private static let types = ["coronary", "cardiac surgery", "medical", "surgical"]

    /// The forms in which a stay is shown.
    ///
    /// - Parameter elements: The maximum number of observations in a set.
    static func views(elements: Int) -> [String: ObservationView] {
        let measured = ["Age", "Gender", "Height", "Weight"]
        return [
            "patient": .fields(measured + types.indices.map { "ICUType=\($0 + 1)" }), "grid": .grid,
            "observations": .set(elements: elements),
        ]
    }

    /// Returns the texts that describe the forms.
    static var texts: [String: String] {
        let names = names.repeated.map(\.name).joined(separator: ", ")
        return [
            "patient": (["Age", "Gender", "Height", "Weight"] + types).joined(separator: ", ")
                + "; each in a channel of its own, unknown fields are masked",
            "grid": "for each hour the last known \(names), then which of them were observed in it",
            "observations":
                "time, −1 on admission to 1 after 48 hours; which of Age, Gender, Height, \(names); then its "
                + "standardised value in a channel of its own",
        ]
    }

    /// Returns the column of records, with scales fitted to training stays.
    static func column(fittedTo stays: [ICUStays.Stay]) -> TableColumn {
        var column = TableColumn(.observations)
        column.quantities = names.fitted(to: stays.map(\.record), codes: ["ICUType", "RecordID"])
        return column
    }
}
