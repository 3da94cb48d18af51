extension RunReport {
    /// The losses of all tasks by epoch; empty for fewer than two epochs.
    var curves: String {
        guard !curveDrawings.isEmpty else { return "" }
        return """
            <p>The loss in each epoch, with all stages in sequence and the last epoch of each below: <span class="key under-key">training split</span> \
            <span class="key over-key">validation split</span>. A dashed line marks the epoch whose parameters were kept in a \
            stage: the one with the best validation score.</p>
            <div class="many">\(curveDrawings.map(\.drawing.html).joined(separator: "\n"))</div>
            """
    }

    /// Task → its losses by epoch.
    var curveDrawings: [(task: String, drawing: Drawing)] {
        guard run.epochs.count > 1 else { return [] }
        return Set(run.epochs.flatMap(\.validation.keys)).sorted().map {
            ($0, LearningCurve(task: $0, epochs: run.epochs).drawing)
        }
    }
}
