import Foundation
import Numerics
import Testing

@testable import Heterogeneity

@Suite("Groupings")
struct GroupingTests {
    @Test("numbers follow the first entries, and JSON keeps the groups")
    func numbering() throws {
        let grouping = Grouping(names: names(5), labels: [7, 2, 7, 9, 2])
        #expect(grouping.labels == [0, 1, 0, 2, 1])
        #expect(grouping.groupNames == [["a", "c"], ["b", "e"], ["d"]])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(grouping)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"groups":[["a","c"],["b","e"],["d"]],"names":["a","b","c","d","e"]}"#
        )
        #expect(try JSONDecoder().decode(Grouping.self, from: json) == grouping)
    }

    @Test(
        "groups that do not hold each name once are refused",
        arguments: [
            #"{"names":["a","b"],"groups":[["a"]]}"#, #"{"names":["a","b"],"groups":[["a","b"],["a"]]}"#,
            #"{"names":["a"],"groups":[["a","c"]]}"#, #"{"names":["a","a"],"groups":[["a"]]}"#,
        ]
    )
    func damagedJSON(_ json: String) {
        #expect(throws: MatrixError.self) { try JSONDecoder().decode(Grouping.self, from: Data(json.utf8)) }
    }

    @Test("adjusted Rand index")
    func adjustedRandIndex() throws {
        func index(_ left: [Int], _ right: [Int]) -> Double? {
            Grouping(names: names(left.count), labels: left)
                .adjustedRandIndex(with: Grouping(names: names(right.count), labels: right))
        }
        #expect(index([0, 0, 1, 1], [1, 1, 0, 0]) == 1)
        #expect(index([0, 0, 0], [0, 0, 0]) == 1)
        #expect(index([0, 1, 2], [0, 1, 2]) == 1)
        // From the definition: the table of counts is [[2, 0], [1, 1]], so 1 pair agrees, 2 · 3 / 6 = 1 by chance.
        #expect(index([0, 0, 1, 1], [0, 0, 0, 1]) == 0)
        #expect(abs((index([0, 0, 1, 1], [0, 1, 0, 1]) ?? 0) + 0.5) < 1e-12)
        #expect(index([0, 0, 1], [0, 0, 1, 1]) == nil)
    }

    @Test("silhouettes at the borders")
    func silhouettes() throws {
        let matrix = try matrix([[0, 1, 4], [1, 0, 4], [4, 4, 0]])
        let grouping = Grouping(names: matrix.names, labels: [0, 0, 1])
        #expect(grouping.silhouettes(in: matrix) == [0.75, 0.75, 0])
        #expect(Grouping(names: matrix.names, labels: [0, 0, 0]).meanSilhouette(in: matrix) == nil)
        let zeros = try self.zeros(3)
        #expect(grouping.silhouettes(in: zeros) == [0, 0, 0])
        #expect(Dendrogram(of: zeros, linkage: .average).bestSilhouetteGroupCount(in: zeros) == 1)
        #expect(Dendrogram(of: matrix, linkage: .average).bestSilhouetteGroupCount(in: matrix) == 2)
    }

    private func zeros(_ count: Int) throws -> HeterogeneityMatrix { try matrix(count: count) { _ in 0 } }

    @Test("the least heterogeneous division is the best of all divisions")
    func leastHeterogeneous() throws {
        var random = SplitMix64(seed: 11)
        let matrix = try matrix(count: 7) { _ in random.uniform() }
        for groups in 1...7 {
            var least = Double.infinity
            for code in 0..<Int(pow(Double(groups), 7)) {
                var rest = code
                let labels = (0..<7).map { _ in
                    defer { rest /= groups }
                    return rest % groups
                }
                let grouping = Grouping(names: matrix.names, labels: labels)
                guard groups < 6, grouping.groupCount == groups else { continue }
                least = min(least, grouping.withinGroupHeterogeneity(in: matrix) ?? .infinity)
            }
            let found = try LeastHeterogeneousGrouping(of: matrix, groups: groups)
            #expect(found.isExact)
            #expect(found.grouping.groupCount == groups)
            if groups < 6 { #expect(abs(found.heterogeneity - least) < 1e-12) }
            for linkage in Linkage.allCases {
                let grouping = try Dendrogram(of: matrix, linkage: linkage).grouping(.groups(groups))
                #expect((grouping.withinGroupHeterogeneity(in: matrix) ?? 0) >= found.heterogeneity - 1e-12)
            }
        }
        #expect(throws: MatrixError.self) { try LeastHeterogeneousGrouping(of: matrix, groups: 8) }
    }

    @Test("for many entries the search finds planted groups, the same each time")
    func leastHeterogeneousOfMany() throws {
        var random = SplitMix64(seed: 13)
        let planted = (0..<24).map { $0 % 4 }
        let matrix = try matrix(count: 24) { pair in
            (planted[pair.first] == planted[pair.second] ? 0.2 : 1) + 0.1 * random.uniform()
        }
        let found = try LeastHeterogeneousGrouping(of: matrix, groups: 4, seed: 1)
        #expect(!found.isExact)
        #expect(found.grouping == Grouping(names: matrix.names, labels: planted))
        #expect(try LeastHeterogeneousGrouping(of: matrix, groups: 4, seed: 1) == found)
    }
}
