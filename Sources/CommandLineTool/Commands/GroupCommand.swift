import ArgumentParser
import Files
import Foundation
import Heterogeneity

/// `highmmt group`: divides the entries of a heterogeneity matrix into groups that share
/// parameters.
struct GroupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "Divide the entries of a matrix of distances into groups.",
        discussion: """
            MATRIX is JSON as written by highmmt heterogeneity, or CSV whose first line has the names. CSV holds all \
            values or one triangle, with or without the names of the rows. A square of numbers without names, as \
            numpy.savetxt writes it, gets the names 1, 2, ….

            Without --groups, --threshold or a budget, the number of groups with the best silhouette is used.

            Examples:
              highmmt group m.csv --linkage complete --groups 3
              highmmt group runs/open/heterogeneity/modalities.json --threshold 0.2 --json
              highmmt group m.csv --budget-parameters 3000000 --parameters-per-group 600000
            """
    )

    @Argument(help: "The matrix: a JSON or CSV file.")
    var matrix: String

    @Option(help: "Linkage.")
    var linkage: Linkage = .average

    @Option(parsing: .unconditional, help: ArgumentHelp("Number of groups.", valueName: "n"))
    var groups: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Merge groups up to this distance.", valueName: "distance"))
    var threshold: Double?

    @Option(help: ArgumentHelp("Maximum number of parameters of the model.", valueName: "n"))
    var budgetParameters: Int?

    @Option(help: ArgumentHelp("Parameters of the block that each group has its own copy of.", valueName: "n"))
    var parametersPerGroup: Int?

    @Option(help: ArgumentHelp("Parameters of the rest of the model. (default: 0)", valueName: "n"))
    var baseParameters: Int?

    @Option(help: ArgumentHelp("Maximum size of the model in bytes.", valueName: "n"))
    var budgetBytes: Int?

    @Option(help: ArgumentHelp("Size in bytes of the block that each group has its own copy of.", valueName: "n"))
    var bytesPerGroup: Int?

    @Option(help: ArgumentHelp("Size in bytes of the rest of the model. (default: 0)", valueName: "n"))
    var baseBytes: Int?

    @Option(help: ArgumentHelp("Standard errors of the distances: a file in the same format.", valueName: "file"))
    var standardErrors: String?

    @Option(help: ArgumentHelp(TransferBasis.help))
    var transfers: TransferBasis = .measured

    @Option(help: ArgumentHelp("Number of draws for the stability score, 1 to 100000.", valueName: "n"))
    var resamplings = 200

    @Option(help: ArgumentHelp("Seed of the draws.", valueName: "n"))
    var seed: UInt64 = 0

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let report = try report()
        guard !json else { return try JSONOutput.print(report) }
        print(report.text(usesBoxCharacters: Terminal.sketchStyle != .ascii))
    }

    private func report() throws -> GroupingReport {
        let cut = try cut()
        guard (1...100_000).contains(resamplings) else {
            throw MatrixError(place: "--resamplings", problem: .outOfRange("\(resamplings), expected 1 to 100000"))
        }
        var distances = try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: matrix))
        if let standardErrors {
            let file = URL(fileURLWithPath: standardErrors)
            let errors = try HeterogeneityMatrix(contentsOf: file)
            guard errors.names == distances.names else {
                throw MatrixError(
                    source: file.relativePath,
                    problem: .malformed(
                        "the names differ from those of the matrix; expected the same names in the same order"))
            }
            distances = try distances.with(standardErrors: errors.values)
        }
        return try GroupingReport(
            of: distances, basis: transfers, linkage: linkage, cut: cut, resamplings: resamplings, seed: seed)
    }

    private func cut() throws -> GroupingCut? {
        var cuts: [GroupingCut] = []
        if let groups { cuts.append(.groups(groups)) }
        if let threshold { cuts.append(.threshold(threshold)) }
        let budgets = [
            ("parameters", budgetParameters, parametersPerGroup, baseParameters),
            ("bytes", budgetBytes, bytesPerGroup, baseBytes),
        ]
        for (unit, total, perGroup, base) in budgets {
            switch (total, perGroup, base) {
            case (nil, nil, nil): continue
            case (let total?, let perGroup?, let base):
                cuts.append(.budget(total: total, perGroup: perGroup, base: base ?? 0))
            default:
                throw MatrixError(
                    place: "--budget-\(unit)", problem: .malformed("expected together with --\(unit)-per-group"))
            }
        }
        guard cuts.count <= 1 else {
            throw MatrixError(
                place: "options",
                problem: .malformed(
                    "\(cuts.count) ways to choose the number of groups; expected one of --groups, --threshold and a budget"
                ))
        }
        return cuts.first
    }
}
