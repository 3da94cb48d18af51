/// The tensors that `highmmt embed` wrote, one per line.
struct EmbeddedFileText {
    let lines: [String]

    init(_ written: EmbeddedFile) {
        var table = TextTable(header: [written.file, "shape"])
        for (name, shape) in written.tensors.sorted(by: { $0.key < $1.key }) {
            table.add([name, shape.map(String.init).joined(separator: " × ")])
        }
        lines = table.lines
    }
}
