import Files
import Foundation

/// The values that the processes of a team combine.
extension Team {
    /// The seconds that combining values has taken on this process so far, with waiting for others.
    public var secondsWaited: Double { link?.secondsWaited ?? 0 }

    /// Adds float32 values over all processes, in place. All get the same bits.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func sum(_ values: UnsafeMutableBufferPointer<Float>) throws {
        guard let link else { return }
        // MPI counts elements with 32 bits.
        let largest = 1 << 30
        for start in stride(from: 0, to: values.count, by: largest) {
            let part = UnsafeMutableBufferPointer(rebasing: values[start..<min(start + largest, values.count)])
            try link.wait(link.library.table.sum_floats(part.baseAddress, Int32(part.count)))
        }
    }

    /// Returns the sums of values over all processes.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func sums(_ values: [Double]) throws -> [Double] {
        guard let link, !values.isEmpty else { return values }
        var values = values
        try values.withUnsafeMutableBufferPointer {
            try link.wait(link.library.table.sum_doubles($0.baseAddress, Int32($0.count)))
        }
        return values
    }

    /// Returns true on all processes when it is true on any.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func any(_ flag: Bool) throws -> Bool { try sums([flag ? 1 : 0])[0] > 0 }

    /// Copies the values of the lead to all processes, in place.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws {
        guard let link else { return }
        let largest = 1 << 30
        for start in stride(from: 0, to: bytes.count, by: largest) {
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<min(start + largest, bytes.count)])
            try link.wait(link.library.table.broadcast(part.baseAddress, Int32(part.count), 0))
        }
    }

    /// Returns the bytes of every process, in the order of ranks.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func gather(_ own: Data) throws -> [Data] {
        guard let link else { return [own] }
        return try Link.gather(own, size: size, link.library)
    }

    /// Waits for all processes.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func barrier() throws {
        guard let link else { return }
        try link.wait(link.library.table.barrier())
    }

    /// Returns on all processes what the lead computes alone.
    ///
    /// - Throws: ``TeamError`` when MPI fails; the errors of `body` on the lead, and then a
    ///   ``Dismissal`` on the others.
    public func fromLead<Value: Codable>(_ body: () throws -> Value) throws -> Value {
        guard size > 1 else { return try body() }
        var value: Value?
        var text = Data()
        if isLead {
            do {
                let own = try Self.$current.withValue(.alone) { try body() }
                value = own
                text = try JSONFile.encode(Letter(value: own), layout: .compact)
            } catch {
                _ = try sums([-1])
                throw error
            }
        }
        let count = try sums([Double(text.count)])[0]
        guard count >= 0 else { throw Dismissal() }
        if !isLead { text = Data(count: Int(count)) }
        try text.withUnsafeMutableBytes { try broadcast($0) }
        return try value ?? JSONFile.decode(Letter<Value>.self, from: text).value
    }

    private struct Letter<Value: Codable>: Codable { var value: Value }

    /// Runs `body` on the lead, and then on the others, which find the files of the lead.
    ///
    /// - Throws: ``TeamError`` when MPI fails; the errors of `body`.
    public func leadFirst<Result>(_ body: () throws -> Result) throws -> Result {
        guard size > 1 else { return try body() }
        let first = isLead ? try Self.$current.withValue(.alone) { try body() } : nil
        try barrier()
        return try first ?? Self.$current.withValue(.alone) { try body() }
    }

    /// Checks that facts are the same on all processes.
    ///
    /// - Parameter facts: The names and values; the names are for messages.
    /// - Throws: ``TeamError`` that names the first process that differs from the lead.
    public func check(_ facts: [(name: String, value: String)]) throws {
        guard size > 1 else { return }
        let texts = try gather(JSONFile.encode(facts.map { [$0.name, $0.value] }, layout: .compact))
        let all = try texts.map { try JSONFile.decode([[String]].self, from: $0) }
        for (rank, others) in all.enumerated() {
            guard others != all[0] else { continue }
            let pair = zip(all[0], others).first { $0 != $1 }
            let difference =
                pair.map { "\($1[0]) is \($1[1]) there and \($0[1]) on \(name(of: 0))" } ?? "it works on something else"
            throw TeamError("\(name(of: rank)) differs: \(difference); expected the same on all ranks")
        }
    }
}
