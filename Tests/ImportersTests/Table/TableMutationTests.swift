import Files
import Foundation
import Multimodal
import TestSupport
import Testing

@testable import Importers

/// Damaged tables and descriptions: an import succeeds, or throws an error of one line that names a
/// file.
@Suite struct TableMutationTests {
    private static let table = Array(
        [
            "id,age,city,note,t0,t1,t2,t3,t4,t5,t6,t7,y,cost", #"a,1.5,Oslo,"well, thanks",1,2,3,4,5,6,7,8,yes,10"#,
            "b,,Rome,\"two\nlines\",2,3,,5,6,7,8,9,no,11.5", "c,3e2,Rome,ill,3,4,5,6,7,8,9,10,yes,12",
            "d,4,NA,so so,4,5,6,7,8,9,10,11,no,nan", #"e,-5,Oslo,"a ""b"" c",5,6,7,8,9,10,11,12,,14"#, "",
        ].joined(separator: "\r\n").utf8)
    private static let description = Array(
        """
        name: x
        decimal: "."
        missing: [NA, nan]
        columns:
          id: id
          age: {as: number, unit: years}
          city: {as: category, categories: [Oslo, Rome]}
          note: {as: text, size: [3]}
          y: {as: target}
          cost: regression
        modalities:
          wave: {series: [t], kind: sensors}
          ages: {columns: [age]}
        splits: {valid: 0.2, test: 0.2, seed: 3, stratify: y}
        """.utf8)

    /// The number of rounds; HIGHMMT_MUTATIONS=10000 makes 2500 of tables and descriptions.
    private static let rounds =
        ProcessInfo.processInfo.environment["HIGHMMT_MUTATIONS"].flatMap { Int($0) }.map { $0 / 4 } ?? 1200

    @Test func damagedTablesAndDescriptions() throws {
        let folder = try TemporaryFolder()
        var mutations = Mutations(seed: 7)
        var imported = 0
        for round in 0..<Self.rounds {
            let kind = round % 3
            let table = kind == 2 ? Self.table : mutations.mutate(Self.table)
            try folder.write(table, to: "t.csv")
            let text = kind == 0 ? Self.description : mutations.mutate(Self.description)
            try folder.write(Array("file: t.csv\n".utf8) + text, to: "t.yaml")
            do {
                let source = try TableImport(
                    file: folder.path(kind == 1 ? "t.csv" : "t.yaml"), targets: kind == 1 ? ["y", "cost"] : [])
                let plan = try TablePlan(source.table, source.description, unused: [])
                if round % 50 == 0 { _ = try source.run(to: folder.path("d"), replaces: true) }
                imported += 1
                let table = try RawTable(path: folder.path("t.csv"))
                let encoding = TableImport.encoding(plan.description, table)
                var again = try EncodedTable(file: folder.path("t.csv"), encoding: encoding)
                for sample in 0..<again.count { _ = try again.sample(sample) }
            } catch {
                let message = "\(error)"
                #expect(message.contains(folder.path + "/t."), "round \(round): \(message)")
                #expect(!message.contains("\n"), "round \(round): \(message)")
            }
        }
        #expect(imported > 50)
    }

    /// The encoding in a damaged `dataset.json` is refused, or reads tables without a trap.
    @Test func damagedEncodings() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.table, to: "t.csv")
        try folder.write(Array("file: t.csv\n".utf8) + Self.description, to: "t.yaml")
        let dataset = try TableImport(file: folder.path("t.yaml")).run(to: folder.path("d")).dataset
        let text = Array(try dataset.description.json().utf8)
        var mutations = Mutations(seed: 11)
        var read = 0
        for _ in 0..<800 {
            try folder.write(mutations.mutate(text), to: "m.json")
            do {
                let description = try DatasetDescription(file: folder.path("m.json"))
                guard let encoding = description.encoding else { continue }
                var table = try EncodedTable(file: folder.path("t.csv"), encoding: encoding)
                for sample in 0..<table.count { _ = try table.sample(sample) }
                read += 1
            } catch {
                #expect(!"\(error)".contains("\n"), "\(error)")
                #expect("\(error)".contains(folder.path), "\(error)")
            }
        }
        #expect(read > 3)
    }
}
