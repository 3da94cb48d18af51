import Foundation

/// The way in which the program was started, as its environment tells.
public struct Launch: Equatable, Sendable {
    /// The number of processes of the MPI job; `nil` when unknown.
    public var processes: Int?
    /// True when a launcher of MPI started the program.
    public var isMPI: Bool
    /// The number of tasks that Slurm started without MPI, if it did.
    public var tasksWithoutMPI: Int?

    /// Reads the variables that Open MPI, MPICH and Slurm set.
    public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
        let sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"].compactMap { environment[$0].flatMap { Int($0) } }
        processes = sizes.first
        isMPI = processes != nil || environment["PMIX_RANK"] != nil || environment["PMI_RANK"] != nil
        let tasks = environment["SLURM_STEP_NUM_TASKS"].flatMap { Int($0) } ?? 1
        tasksWithoutMPI = !isMPI && environment["SLURM_PROCID"] != nil && tasks > 1 ? tasks : nil
    }

    /// True when the program has to join a job of several processes.
    public var hasCompany: Bool { isMPI && processes != 1 }
}
