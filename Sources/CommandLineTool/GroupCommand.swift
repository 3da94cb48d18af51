import ArgumentParser
import Files
import Foundation
import Heterogeneity

extension Linkage: ExpressibleByArgument {}

/// `highmmt group`: divides the entries of a heterogeneity matrix into groups that share parameters.
struct GroupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "group",
        abstract: "Divide the entries of a matrix of distances into groups.",
        discussion: """
            MATRIX is JSON as `highmmt heterogeneity` writes it, or CSV whose first line holds the names: all values or one \
            triangle, with or without the names of the rows.

            Without --groups, --threshold or a budget, the number of groups with the best silhouette is taken.

            Examples:
              highmmt group m.csv --linkage complete --groups 3
              highmmt group runs/open/heterogeneity/modalities.json --threshold 0.2 --json
              highmmt group m.csv --budget-parameters 3000000 --parameters-per-group 600000
            """
    )

    @Argument(help: "The matrix: a JSON or CSV file.")
    var matrix: String

    @Option(help: "Distance of two groups.")
    var linkage: Linkage = .average

    @Option(parsing: .unconditional, help: ArgumentHelp("Number of groups.", valueName: "n"))
    var groups: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Join what is no farther apart than this.", valueName: "distance"))
    var threshold: Double?

    @Option(help: ArgumentHelp("Parameters that the model may have.", valueName: "n"))
    var budgetParameters: Int?

    @Option(help: ArgumentHelp("Parameters of the block that every group has a copy of.", valueName: "n"))
    var parametersPerGroup: Int?

    @Option(help: ArgumentHelp("Parameters of the model without that block. (default: 0)", valueName: "n"))
    var baseParameters: Int?

    @Option(help: ArgumentHelp("Bytes that the model may have.", valueName: "n"))
    var budgetBytes: Int?

    @Option(help: ArgumentHelp("Bytes of the block that every group has a copy of.", valueName: "n"))
    var bytesPerGroup: Int?

    @Option(help: ArgumentHelp("Bytes of the model without that block. (default: 0)", valueName: "n"))
    var baseBytes: Int?

    @Option(help: ArgumentHelp("Standard errors of the entries: a file of the same form.", valueName: "file"))
    var standardErrors: String?

    @Option(help: ArgumentHelp(TransferReading.help))
    var transfers: TransferReading = .measured

    @Option(help: ArgumentHelp("Draws for the stability score, 1 to 100000.", valueName: "n"))
    var resamplings = 200

    @Option(help: ArgumentHelp("Seed of these draws.", valueName: "n"))
    var seed: UInt64 = 0

    @Flag(help: "Print JSON for machines.")
    var json = false

    func run() throws {
        let output: String
        do {
            let report = try report()
            output = json ? try encoded(report) : report.text(usesBoxCharacters: Self.terminalReadsUTF8)
        } catch let error as MatrixError {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            throw ExitCode(2)
        }
        print(output)
    }

    private func report() throws -> GroupingReport {
        let cut = try cut()
        guard (1...100_000).contains(resamplings) else {
            throw MatrixError(
                place: "--resamplings",
                problem: .outOfRange("\(resamplings), expected 1 to 100000")
            )
        }
        var distances = try HeterogeneityMatrix(contentsOf: URL(fileURLWithPath: matrix))
        if let standardErrors {
            let file = URL(fileURLWithPath: standardErrors)
            let errors = try HeterogeneityMatrix(contentsOf: file)
            guard errors.names == distances.names else {
                throw MatrixError(
                    source: file.lastPathComponent,
                    problem: .malformed("the names differ from the matrix's, expected the same in the same order")
                )
            }
            distances = try distances.with(standardErrors: errors.values)
        }
        return try GroupingReport(
            of: distances, reading: transfers, linkage: linkage, cut: cut, resamplings: resamplings, seed: seed)
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
                    place: "--budget-\(unit)",
                    problem: .malformed("expected together with --\(unit)-per-group")
                )
            }
        }
        guard cuts.count <= 1 else {
            throw MatrixError(
                place: "options",
                problem: .malformed(
                    "\(cuts.count) ways to cut given, expected one of --groups, --threshold and a budget"
                )
            )
        }
        return cuts.first
    }

    private func encoded(_ report: GroupingReport) throws -> String {
        String(decoding: try JSONFile.encode(report, layout: .compact), as: UTF8.self)
    }

    /// Whether the locale, which decides what bytes mean to the terminal, is one of UTF-8.
    private static var terminalReadsUTF8: Bool {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        return ["utf-8", "utf8"].contains { locale.lowercased().contains($0) }
    }
}
