import Multimodal

extension Suite {
    /// Returns the seeds of a study, from that of the suite on.
    func seeds(_ count: Int) -> [UInt64] { (0..<UInt64(count)).map { seed &+ $0 } }
}
