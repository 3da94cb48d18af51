import Testing

@testable import Heterogeneity

@Suite("Shards of a measurement")
struct TransferShardTests {
    @Test("every entry is in exactly one shard")
    func parts() throws {
        let shards = try ["1/3", "2/3", "3/3"].map { try TransferShard(parsing: $0) }
        for entry in 0..<10 { #expect(shards.filter { $0.holds(entry) }.count == 1) }
        #expect((0..<10).allSatisfy(TransferShard.whole.holds))
    }

    @Test("other text is refused in one line", arguments: ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2"])
    func refused(text: String) {
        let error = #expect(throws: HeterogeneityError.self) { try TransferShard(parsing: text) }
        #expect(error?.description == "the shard is '\(text)'; expected i/n with 1 ≤ i ≤ n, such as 2/4")
    }
}
