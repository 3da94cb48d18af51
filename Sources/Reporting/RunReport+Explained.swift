extension RunReport {
    /// Returns a table of the shares of the loss of chance that predictors explain; empty if the
    /// matrix does not say.
    func explained(_ matrix: ReportedRun.Matrix, _ order: [Int]) -> String {
        guard let shares = matrix.explained else { return "" }
        let unknown = Set(matrix.unknown ?? [])
        let rows = order.map { entry in
            let error = matrix.explainedStandardErrors?[entry]
            return [
                matrix.names[entry],
                "\(Markup.number(shares[entry], decimals: 2)) ± \(Markup.number(error, decimals: 2))",
                unknown.contains(matrix.names[entry]) ? "unknown" : "",
            ]
        }
        return """
            <h3>What the predictors explain</h3><p>The share of the loss of chance that the predictor of each entry explains, \
            on the validation split. Where it explains nothing, transfers say nothing either: the entry is unknown, its cells are \
            hatched, and it is not clustered.</p>
            \(Markup.table(["entry", "explained", ""], rows))
            """
    }
}
