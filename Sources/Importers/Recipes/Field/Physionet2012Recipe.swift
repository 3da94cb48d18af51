import Multimodal

extension Recipe {
    /// The first two days of intensive-care stays, as three modalities.
    static let physionet2012 = Recipe(
        name: "physionet2012",
        title: "two days of intensive care: a table of descriptors, an hourly grid, and a set of observations",
        source: "PhysioNet/Computing in Cardiology Challenge 2012, https://physionet.org/content/challenge-2012",
        licence: "ODC-By 1.0",
        citation:
            "Silva, I., Moody, G., Scott, D. J., Celi, L. A., Mark, R. G. Predicting in-hospital mortality of ICU patients. "
            + "Computing in Cardiology 39, 2012; Goldberger, A. et al. PhysioBank, PhysioToolkit, and PhysioNet. Circulation "
            + "101, 2000",
        version: 2,
        options: [
            RecipeOption("observations", "maximum observations in a stay's set", default: 256, in: 16...2048)
        ]
    ) { recipe, request in
        let training = try ICUStays(
            folder: request.source, part: "a", remarks: request.remarks, progress: request.progress)
        let test = try ICUStays(folder: request.source, part: "b", remarks: request.remarks, progress: request.progress)
        var rows = SplitRows(strata: training.stays.map(\.stratum), valid: 0.2, test: 0, purpose: recipe.name).rows
        rows[.test] = Array(test.stays.indices)
        let column = ICUQuantities.column(fittedTo: rows[.train, default: []].map { training.stays[$0] })
        let views = ICUQuantities.views(elements: Int(request.option("observations")))
        let forms = views.compactMapValues { ObservationTokens(column.quantities ?? ICUQuantities.names, $0) }
        var description = recipe.description(
            modalities: forms.reduce(into: [:]) { result, form in
                result[form.key] = form.value.description(nil, ICUQuantities.texts[form.key, default: ""])
            },
            targets: [
                "mortality": .classification(["survived", "died"], description: "in hospital"),
                "stay": .classification(["≤3", "4–7", "8–14", ">14"], description: "days in hospital"),
            ])
        let layouts = [
            "patient": DatasetWriter.Layout(isMasked: true), "observations": DatasetWriter.Layout(isMasked: true),
        ]
        description.encoding = TableDescription(
            columns: ["record": column],
            modalities: views.reduce(into: [:]) { modalities, view in
                modalities[view.key] = TableModality(columns: ["record"])
                modalities[view.key]?.view = view.value
                modalities[view.key]?.masked = layouts[view.key]?.isMasked ?? false
            })
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                let source = rows[split, default: []][row]
                let stay = split == .test ? test.stays[source] : training.stays[source]
                let shown = forms.mapValues { $0.values(of: stay.record) }
                return Sample(
                    inputs: shown.mapValues(\.values), valid: shown.compactMapValues(\.valid),
                    targets: ["mortality": [stay.died ? 1 : 0], "stay": [Double(stay.bucket)]])
            }
        ]
    }
}
