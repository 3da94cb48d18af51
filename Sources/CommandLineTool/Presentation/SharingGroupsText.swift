import Heterogeneity

/// The groups of streams and pairs, one per line.
struct SharingGroupsText {
    private let groups: SharingGroups

    init(_ groups: SharingGroups) { self.groups = groups }

    var text: String {
        let streams = groups.encoders.enumerated().map { line("encoder", $0.offset, $0.element) }
        let pairs = groups.crossmodal.enumerated().map { line("crossmodal", $0.offset, $0.element) }
        let unknown =
            groups.unknown.map { ["unknown, because nothing was learned from it: \($0.joined(separator: " "))"] } ?? []
        let without = groups.leftOut.isEmpty ? [] : ["left out: \(groups.leftOut.joined(separator: " "))"]
        return (["groups by \(groups.method)"] + streams + pairs + unknown + without).joined(separator: "\n")
    }

    private func line(_ kind: String, _ index: Int, _ group: [String]) -> String {
        "\(kind) \(index): \(group.joined(separator: " "))"
    }
}
