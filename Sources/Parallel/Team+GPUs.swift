import CNCCL
import Foundation

/// The values on GPUs that the processes of a team combine.
extension Team {
    /// Adds float32 values on a GPU over all processes, in place, after the work that is queued on
    /// its default stream. All processes must have a GPU of their own.
    ///
    /// The first call joins the GPUs by NCCL. Where one process cannot, none does, and the lead
    /// says why.
    ///
    /// - Parameters:
    ///   - values: The address of the values in the memory of the GPU.
    ///   - count: The number of values.
    ///   - index: The GPU, as this process counts them.
    /// - Returns: False on all processes, with the values as they were, when NCCL cannot be used.
    /// - Throws: ``TeamError`` when MPI fails, or NCCL after it has joined the GPUs.
    public func sum(onGPU index: Int, _ values: UnsafeMutableRawPointer, count: Int) throws -> Bool {
        guard let link else { return true }
        let library = try link.gpus { try join(index, by: link) }
        guard let library else { return false }
        try library.check(library.table.sum_floats(values, Int64(count)))
        return true
    }

    /// Joins the GPUs of all processes; returns `nil` on all when one cannot.
    private func join(_ index: Int, by link: Link) throws -> NCCLLibrary? {
        var identity = Data(count: Int(CN_IDENTITY_SIZE))
        let library = try agreed(link) {
            let library = try NCCLLibrary(path: link.pathOfNCCL)
            if isLead { try library.check(identity.withUnsafeMutableBytes { library.table.identify($0.baseAddress) }) }
            return library
        }
        guard let library else { return nil }
        try identity.withUnsafeMutableBytes { try broadcast($0) }
        return try agreed(link) {
            try library.check(
                identity.withUnsafeBytes {
                    library.table.join($0.baseAddress, Int32(rank), Int32(hosts.count), Int32(index))
                })
            return library
        }
    }

    /// Returns a value when all processes have got one. Else the lead names the first that has not.
    private func agreed<Value>(_ link: Link, _ body: () throws -> Value) throws -> Value? {
        var value: Value?
        var reason = ""
        do { value = try body() } catch { reason = "\(error)" }
        let reasons = try gather(Data(reason.utf8)).map { String(decoding: $0, as: UTF8.self) }
        guard let failed = reasons.firstIndex(where: { !$0.isEmpty }) else { return value }
        if isLead {
            link.say("gradients are added on the CPU, since \(name(of: failed)) cannot use NCCL: \(reasons[failed])")
        }
        return nil
    }
}
