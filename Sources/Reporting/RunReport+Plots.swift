extension RunReport {
    /// The drawings of the report that can stand alone, by name.
    public var plots: [(name: String, drawing: Drawing)] {
        var plots: [(name: String, drawing: Drawing)] = []
        func add(_ name: String, _ drawing: Drawing?) {
            if let drawing { plots.append((name, drawing)) }
        }
        add("scores", scoreDrawing)
        add("sharing", sharingDrawing)
        for (kind, matrix) in run.matrices {
            add(kind, distances(matrix, kind))
            add("\(kind)-transfers", transferDrawing(matrix, kind))
        }
        for kind in ["modalities", "interactions"] { add("\(kind)-dendrogram", tree(of: kind)) }
        for curve in curveDrawings { add("curve-\(curve.task)", curve.drawing) }
        for task in taskDrawings {
            add("confusion-\(task.name)", task.confusion)
            add("reliability-\(task.name)", task.reliability)
            add("regression-\(task.name)", task.regression)
            add("residuals-\(task.name)", task.residuals)
            add("worth-\(task.name)", task.worth)
            for (group, drawing) in task.members { add("members-\(task.name)-\(group)", drawing) }
        }
        for (task, drawing) in noiseDrawings { add("noise-\(task)", drawing) }
        return plots
    }

    /// Returns a drawing by name.
    ///
    /// - Throws: ``ReportError`` that lists the drawings of the run when it has no such drawing.
    public func plot(_ name: String) throws -> Drawing {
        guard let plot = plots.first(where: { $0.name == name }) else {
            throw ReportError("\(path): has no plot '\(name)'; it has \(plots.map(\.name).joined(separator: ", "))")
        }
        return plot.drawing
    }
}
