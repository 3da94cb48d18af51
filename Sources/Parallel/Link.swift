import CMPI
import Foundation

/// The connection of a process to the others: signs of life, and the queues of jobs, which the lead
/// counts.
final class Link: @unchecked Sendable {
    let library: MPILibrary
    private let rank: Int
    private let hosts: [String]
    private let silence: Double
    private let saying: @Sendable (Team.Message) -> Void
    /// The path of the library over NCCL.
    let pathOfNCCL: String

    /// Guards the properties below and is broadcast when an answer arrives.
    private let condition = NSCondition()
    private var queues = 0
    /// Queue → number of jobs taken. Only the lead uses it.
    private var taken: [Int: Int] = [:]
    /// Queue → number of jobs done, as far as this process knows.
    private var done: [Int: Int] = [:]
    private var tickets = 0
    private var answers: [Int: Int] = [:]
    /// Rank → seconds since its last sign of life, during which this process was running.
    private var quiet: [Double]
    private var waited = 0.0
    private var remarked: Set<Int> = []
    private var isDismissed = false
    private var isEnding = false
    private var hasEnded = false
    private var problem: TeamError?
    private var joinedGPUs = false
    private var nccl: NCCLLibrary?

    init(
        _ library: MPILibrary, rank: Int, hosts: [String], silence: Double, pathOfNCCL: String,
        saying: @escaping @Sendable (Team.Message) -> Void
    ) {
        self.library = library
        self.rank = rank
        self.hosts = hosts
        self.silence = silence
        self.pathOfNCCL = pathOfNCCL
        self.saying = saying
        quiet = Array(repeating: 0, count: hosts.count)
        let thread = Thread { [self] in serve() }
        thread.name = "mpi"
        thread.start()
    }

    /// True when the lead works alone.
    var hasDismissed: Bool { condition.withLock { isDismissed } }

    /// Notes that the lead works alone.
    func dismiss() { condition.withLock { isDismissed = true } }

    /// The seconds that operations have taken on this process, with waiting for others.
    var secondsWaited: Double { condition.withLock { waited } }

    /// Waits until an operation is complete.
    ///
    /// - Throws: ``TeamError`` with the message of MPI when it failed.
    func wait(_ operation: Int32) throws {
        let start = DispatchTime.now().uptimeNanoseconds
        try library.wait(operation)
        let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
        condition.withLock { waited += seconds }
    }

    /// Returns the bytes of every process, in the order of ranks.
    static func gather(_ own: Data, size: Int, _ library: MPILibrary) throws -> [Data] {
        let table = library.table
        let width = MemoryLayout<Int32>.size
        func collect(_ own: Data, _ counts: [Int32]) throws -> Data {
            let offsets = counts.indices.map { counts[..<$0].reduce(0, +) }
            var all = Data(count: Int(counts.reduce(0, +)))
            try own.withUnsafeBytes { own in
                try all.withUnsafeMutableBytes { all in
                    try counts.withUnsafeBufferPointer { counts in
                        try offsets.withUnsafeBufferPointer { offsets in
                            try library.wait(
                                table.gather(
                                    own.baseAddress, Int32(own.count), all.baseAddress, counts.baseAddress,
                                    offsets.baseAddress))
                        }
                    }
                }
            }
            return all
        }
        let count = withUnsafeBytes(of: Int32(own.count)) { Data($0) }
        let sizes = try collect(count, Array(repeating: Int32(width), count: size))
        let counts = (0..<size).map { rank in
            sizes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: rank * width, as: Int32.self) }
        }
        let all = try collect(own, counts)
        return counts.indices.map { rank in
            let start = Int(counts[..<rank].reduce(0, +))
            return all.subdata(in: start..<(start + Int(counts[rank])))
        }
    }

    /// Returns the number of the next queue.
    func nextQueue() -> Int {
        condition.withLock {
            queues += 1
            return queues
        }
    }

    /// Takes the next job of a queue.
    ///
    /// - Throws: ``TeamError`` when the lead cannot be asked.
    func next(of queue: Int) throws -> Int {
        if rank == 0 { return condition.withLock { takeJob(of: queue) } }
        let ticket = condition.withLock {
            tickets += 1
            return tickets
        }
        try send(.ask, queue, ticket, to: 0)
        return try condition.withLock {
            while true {
                if let problem { throw problem }
                if let job = answers.removeValue(forKey: ticket) { return job }
                condition.wait()
            }
        }
    }

    /// Counts a finished job, and returns the number of those that this process knows of.
    func finished(of queue: Int) -> Int {
        if rank != 0 { try? send(.done, queue, 0, to: 0) }
        return condition.withLock {
            done[queue, default: 0] += 1
            return done[queue, default: 0]
        }
    }

    /// Says something about a process, once.
    func remark(_ text: String, about other: Int) {
        if condition.withLock({ remarked.insert(other).inserted }) { saying(.remark(text)) }
    }

    /// Returns the library that adds values of GPUs, or `nil` without one; calls `join` the first
    /// time, on all processes together.
    func gpus(_ join: () throws -> NCCLLibrary?) rethrows -> NCCLLibrary? {
        if let known = condition.withLock({ joinedGPUs ? .some(nccl) : nil }) { return known }
        let library = try join()
        condition.withLock { (joinedGPUs, nccl) = (true, library) }
        return library
    }

    /// Says something.
    func say(_ text: String) { saying(.remark(text)) }

    private func takeJob(of queue: Int) -> Int {
        let job = taken[queue, default: 0]
        taken[queue] = job + 1
        return job
    }

    /// Waits for all processes, ends the service and leaves the job.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    func end() throws {
        try wait(library.table.barrier())
        condition.withLock {
            isEnding = true
            while !hasEnded { condition.wait() }
        }
        _ = try library.checked(library.table.finish())
    }

    /// Ends all processes of the job, and this one even when MPI hangs.
    func abandon(status: Int32) {
        let guardian = Thread {
            sleep(5)
            _exit(status)
        }
        guardian.start()
        library.table.abandon(status)
        _exit(status)
    }

    private func serve() {
        let step = 0.002
        let beat = min(5, silence / 4)
        var (last, sincePulse) = (DispatchTime.now().uptimeNanoseconds, beat)
        while !condition.withLock({ isEnding }) {
            do { try receive() } catch let error as TeamError { fail(error) } catch {}
            let now = DispatchTime.now().uptimeNanoseconds
            // A process that was stopped does not blame the others for the pause.
            let passed = min(Double(now - last) / 1e9, 1)
            last = now
            sincePulse += passed
            if sincePulse >= beat {
                sincePulse = 0
                for other in peers { try? send(.pulse, 0, 0, to: other) }
            }
            if let other = silent(after: passed) {
                saying(
                    .loss(
                        "rank \(other) on host \(hosts[other]) has not answered for \(Int(silence)) s; the job ends. "
                            + "Finished work is kept: run the same command again to continue"))
                abandon(status: 1)
            }
            usleep(UInt32(step * 1e6))
        }
        condition.withLock {
            hasEnded = true
            condition.broadcast()
        }
    }

    /// The ranks that exchange signs of life with this one: the lead and everyone.
    private var peers: [Int] { rank == 0 ? Array(1..<hosts.count) : [0] }

    private func silent(after passed: Double) -> Int? {
        condition.withLock {
            for other in peers { quiet[other] += passed }
            return peers.first { quiet[$0] > silence }
        }
    }

    private func fail(_ error: TeamError) {
        condition.withLock {
            problem = error
            condition.broadcast()
        }
    }

    private enum Kind: Int { case pulse, ask, answer, done }

    private func send(_ kind: Kind, _ queue: Int, _ number: Int, _ job: Int = 0, to other: Int) throws {
        let numbers = [kind.rawValue, queue, number, job]
        _ = try numbers.withUnsafeBytes {
            try library.checked(library.table.post($0.baseAddress, Int32($0.count), Int32(other)))
        }
    }

    private func receive() throws {
        var numbers = [Int](repeating: 0, count: Int(CM_LARGEST_MESSAGE) / MemoryLayout<Int>.size)
        while true {
            var other: Int32 = 0
            let size = try numbers.withUnsafeMutableBytes {
                try library.checked(library.table.take($0.baseAddress, &other))
            }
            guard size > 0 else { return }
            let (from, queue, number) = (Int(other), numbers[1], numbers[2])
            condition.withLock { quiet[from] = 0 }
            switch Kind(rawValue: numbers[0]) {
            case .ask:
                let job = condition.withLock { takeJob(of: queue) }
                try send(.answer, queue, number, job, to: from)
            case .answer:
                let job = numbers[3]
                condition.withLock {
                    answers[number] = job
                    condition.broadcast()
                }
            case .done: condition.withLock { done[queue, default: 0] += 1 }
            case .pulse, nil: break
            }
        }
    }
}
