import Foundation

/// The processes of an MPI job, which run the same command together.
///
/// Process 0 is the lead. It alone changes the files of the command, apart from trainings that were
/// handed to another process, and it alone prints. The methods that combine values of all processes
/// must be called by all of them in the same order.
public final class Team: Sendable {
    /// A team of one process, which needs no MPI.
    public static let alone = Team(rank: 0, hosts: [""], local: 1, link: nil)

    /// The team of the work on this thread. Threads that a command starts are alone, unless they
    /// are given a team.
    @TaskLocal public static var current = Team.alone

    /// The number of this process, counted from 0.
    public let rank: Int
    /// The hosts of all processes.
    public let hosts: [String]
    /// The number of processes on this machine.
    public let local: Int

    private let connection: Link?

    /// The connection to the others; `nil` when this process works alone.
    var link: Link? { connection.flatMap { $0.hasDismissed ? nil : $0 } }

    /// The number of processes that work together: 1 once the lead has dismissed the others.
    public var size: Int { link == nil ? 1 : hosts.count }
    /// True for the process that changes files and prints.
    public var isLead: Bool { rank == 0 }

    /// A message for people.
    public enum Message: Sendable {
        /// A process is lost, and the job is about to end.
        case loss(String)
        /// Something that does not stop the work.
        case remark(String)
    }

    init(rank: Int, hosts: [String], local: Int, link: Link?) {
        self.rank = rank
        self.hosts = hosts
        self.local = local
        connection = link
    }

    /// Joins the MPI job that the program was started in.
    ///
    /// - Parameters:
    ///   - library: The path of the library over MPI.
    ///   - nccl: The path of the library over NCCL, which need not exist.
    ///   - silence: The seconds without a sign of life after which a process counts as lost.
    ///   - saying: Receives the messages for people, from other threads as well.
    /// - Throws: ``TeamError`` when MPI cannot be used.
    public static func join(
        library: String, nccl: String = "", silence: Double = 45, saying: @escaping @Sendable (Message) -> Void
    ) throws -> Team {
        // A process that waits does not keep others from its core. Only Open MPI reads this.
        setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0)
        let library = try MPILibrary(path: library)
        var (rank, size, local): (Int32, Int32, Int32) = (0, 1, 1)
        _ = try library.checked(library.table.start(&rank, &size, &local))
        let hosts = try Link.gather(Data(ProcessInfo.processInfo.hostName.utf8), size: Int(size), library)
            .map { String(decoding: $0, as: UTF8.self) }
        let link =
            size > 1
            ? Link(library, rank: Int(rank), hosts: hosts, silence: silence, pathOfNCCL: nccl, saying: saying) : nil
        return Team(rank: Int(rank), hosts: hosts, local: Int(local), link: link)
    }

    /// The name of a process, for messages.
    public func name(of rank: Int) -> String { "rank \(rank) on host \(hosts[rank])" }

    /// Leaves the job, after all processes have come to the same point.
    ///
    /// - Throws: ``TeamError`` when MPI fails.
    public func leave() throws {
        try connection?.end()
    }

    /// Ends all processes of the job.
    ///
    /// - Parameter status: The exit status.
    public func abandon(status: Int32) {
        connection?.abandon(status: status)
    }

    /// Throws a ``Dismissal`` on every process but the lead, which works alone from then on.
    ///
    /// - Throws: ``Dismissal``.
    public func dismissHelpers() throws {
        guard isLead else { throw Dismissal() }
        connection?.dismiss()
    }
}
