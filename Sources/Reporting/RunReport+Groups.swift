extension RunReport {
    /// The map of streams, encoders and tasks; empty for one stream.
    var sharing: String {
        guard let drawing = sharingDrawing else { return "" }
        return
            "<p>Streams on the left share the encoder that they lead to; tasks on the right read the encoders that lead "
            + "to them.</p>\(drawing.html)"
    }

    /// The drawing of the map; `nil` for one stream and for a prior method.
    var sharingDrawing: Drawing? { run.encoderGroups.flatMap { SharingMap(groups: $0).drawing } }

    /// The groups as lists; empty before they are chosen.
    var groups: String {
        guard let groups = run.groups else { return "" }
        let pruned = run.pruned?.keptPairs.map { kept in
            Set((run.pruned?.crossmodal ?? []).joined()).subtracting(kept).sorted()
        }
        func list(_ title: String, _ groups: [[String]], _ kind: String) -> String {
            guard !groups.isEmpty else { return "" }
            let items = groups.map { group in
                "<li>"
                    + group.map { name in
                        let isPruned = pruned?.contains(name) ?? false
                        return "<span class=\"name\(isPruned ? " left" : "")\">\(Markup.escaped(name))</span>"
                    }.joined(separator: " ") + "</li>"
            }
            // Beside its matrix, the dendrogram is shown there.
            let isShown = run.matrices.contains { $0.kind == kind }
            let drawing = isShown ? "" : tree(of: kind)?.html ?? ""
            return "<h3>\(title)</h3><ol>\(items.joined(separator: "\n"))</ol>\n\(drawing)"
        }
        let unknown =
            groups.unknown.map {
                " The predictors of \(Markup.escaped($0.joined(separator: ", "))) explained nothing: such entries are not "
                    + "clustered but share one group."
            } ?? ""
        let pruning = (pruned?.isEmpty ?? true) ? "" : " The pruned model omits the pairs that are struck through."
        return """
            <p>Method: \(Markup.escaped(groups.method)). The entries of a group share parameters in stage \
            2.\(pruning)\(unknown) A dendrogram merges entries from left to right at their distances; the dashed line is the cut \
            into groups. Groups do not always help: <code>highmmt study sharing</code> compares these with random groups and with \
            sharing everything.</p>
            \(list("Encoders", groups.encoders, "modalities"))
            \(list("Crossmodal blocks", groups.crossmodal, "interactions"))
            """
    }
}
