import Foundation
import Numerics
import Testing

@testable import Heterogeneity

@Suite("Groupings")
struct GroupingTests {
    @Test("groups are numbered by their first entries, and JSON keeps them")
    func numbering() throws {
        let grouping = Grouping(names: names(5), labels: [7, 2, 7, 9, 2])
        #expect(grouping.labels == [0, 1, 0, 2, 1])
        #expect(grouping.groupNames == [["a", "c"], ["b", "e"], ["d"]])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let json = try encoder.encode(grouping)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"groups":[["a","c"],["b","e"],["d"]],"names":["a","b","c","d","e"]}"#)
        #expect(try JSONDecoder().decode(Grouping.self, from: json) == grouping)
    }

    @Test(
        "groups that do not contain each name exactly once are refused",
        arguments: [
            #"{"names":["a","b"],"groups":[["a"]]}"#, #"{"names":["a","b"],"groups":[["a","b"],["a"]]}"#,
            #"{"names":["a"],"groups":[["a","c"]]}"#, #"{"names":["a","a"],"groups":[["a"]]}"#,
        ])
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
        // By definition: the contingency table is [[2, 0], [1, 1]], so 1 pair agrees; chance
        // expects 2 · 3 / 6 = 1.
        #expect(index([0, 0, 1, 1], [0, 0, 0, 1]) == 0)
        #expect(abs((index([0, 0, 1, 1], [0, 1, 0, 1]) ?? 0) + 0.5) < 1e-12)
        #expect(index([0, 0, 1], [0, 0, 1, 1]) == nil)
    }

    @Test("silhouettes in edge cases")
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

    /// All partitions of `count` entries, each once: a label is at most one above those before it.
    private func partitions(of count: Int) -> [[Int]] {
        var partitions = [[0]]
        for _ in 1..<count {
            partitions = partitions.flatMap { labels -> [[Int]] in
                let largest = labels.max() ?? 0
                return (0...largest + 1).map { labels + [$0] }
            }
        }
        return partitions
    }

    @Test("the least heterogeneous partition is the best of all partitions")
    func leastHeterogeneous() throws {
        var random = SplitMix64(seed: 11)
        let matrix = try matrix(count: 7) { _ in random.uniform() }
        let all = partitions(of: 7).map { Grouping(names: matrix.names, labels: $0) }
        // The Bell number of 7.
        #expect(all.count == 877 && Set(all).count == 877)
        for groups in 1...7 {
            let sums = all.filter { $0.groupCount == groups }.compactMap { $0.withinGroupHeterogeneity(in: matrix) }
            let least = try #require(sums.min())
            let found = try LeastHeterogeneousGrouping(of: matrix, groups: groups)
            #expect(found.isExact)
            #expect(found.grouping.groupCount == groups)
            #expect(abs(found.heterogeneity - least) < 1e-12)
            for linkage in Linkage.allCases {
                let grouping = try Dendrogram(of: matrix, linkage: linkage).grouping(.groups(groups))
                #expect((grouping.withinGroupHeterogeneity(in: matrix) ?? 0) >= found.heterogeneity - 1e-12)
            }
        }
        #expect(throws: MatrixError.self) { try LeastHeterogeneousGrouping(of: matrix, groups: 8) }
    }

    @Test("for many entries, the search finds planted groups reproducibly")
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
