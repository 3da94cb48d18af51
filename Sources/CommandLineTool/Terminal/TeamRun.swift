import ArgumentParser
import Files
import Foundation
import Parallel
import Torch
import Training

/// A command that several processes of an MPI job can run together.
protocol TeamCommand: ParsableCommand {}

/// The run of a command, alone or by the processes of an MPI job.
enum TeamRun {
    /// The path of the library over MPI, in the folder of the project.
    private static let library = ".build/cmpi/current/libCMPI." + (isDarwin ? "dylib" : "so")
    /// The path of the library over NCCL, likewise.
    private static let ncclLibrary = ".build/cnccl/current/libCNCCL.so"
    /// The seconds in which the lead may report an error that all processes have.
    private static let patienceWithLead: UInt32 = 3

    #if os(macOS)
        private static let isDarwin = true
    #else
        private static let isDarwin = false
    #endif

    /// Joins the MPI job that started the program, if one did.
    ///
    /// - Throws: `TeamError` when the program was started by MPI but cannot use it.
    static func join() throws -> Team {
        let launch = Launch()
        if let tasks = launch.tasksWithoutMPI {
            throw TeamError(
                "srun started \(tasks) tasks without MPI, which would all write the same files; use srun --mpi=pmix, or "
                    + "the type of MPI that srun --mpi=list names")
        }
        guard launch.hasCompany else { return .alone }
        let environment = ProcessInfo.processInfo.environment
        let path = environment["HIGHMMT_MPI"] ?? "\(ProjectFolder.path(containing: library))/\(library)"
        let nccl = environment["HIGHMMT_NCCL"] ?? "\(ProjectFolder.path(containing: library))/\(ncclLibrary)"
        let silence = environment["HIGHMMT_SILENCE"].flatMap { Double($0) }
        return try Team.join(library: path, nccl: nccl, silence: silence ?? 45) { message in
            switch message {
            case .loss(let text): Terminal.write("error: \(text)\n", evenIfSilent: true)
            case .remark(let text): Terminal.write("note: \(text)\n")
            }
        }
    }

    /// Runs the command and returns the exit status.
    static func run(in team: Team) -> Int32 {
        guard team.size > 1 else { return finish(status { try runCommand(in: team) }) }
        if !team.isLead { silence() }
        return Team.$current.withValue(team) {
            FileChanges.$areLeftToLead.withValue(!team.isLead) { runTogether(team) }
        }
    }

    private static func runTogether(_ team: Team) -> Int32 {
        var status: Int32 = 0
        do {
            try checkVersions(team)
            try runCommand(in: team)
        } catch is Dismissal {
        } catch {
            let verdict = ExitStatus.verdict(on: error)
            status = verdict.status
            if team.isLead {
                _ = ExitStatus.report(error)
            } else if status != 0 {
                sleep(patienceWithLead)
                let text = (verdict.text ?? "failed").replacing("error: ", with: "")
                Terminal.write("error: \(team.name(of: team.rank)): \(text)\n", evenIfSilent: true)
            }
        }
        status = finish(status)
        if status == 0 {
            do { try team.leave() } catch {
                status = 1
                Terminal.write("error: \(team.name(of: team.rank)): \(error)\n", evenIfSilent: true)
            }
        }
        if status != 0 { team.abandon(status: status) }
        return status
    }

    private static func runCommand(in team: Team) throws {
        var command = try HighMMTCommand.parseAsRoot()
        let name = type(of: command)._commandName
        guard team.size == 1 || command is any TeamCommand || name == "help" else {
            throw UnusableOption(
                description: "highmmt \(name) is the work of one process; start it without mpirun or srun")
        }
        try command.run()
    }

    /// Checks that all processes run the same command of the same program.
    private static func checkVersions(_ team: Team) throws {
        let program = Bundle.main.executablePath.flatMap { try? MappedFile(path: $0) }
        let sum = program.map { Checksum($0.bytes).text } ?? "unknown"
        try team.check([
            ("the version of highmmt", "\(ProjectVersion.number) (program \(sum))"),
            ("the version of LibTorch", LibTorch.version),
            ("the command", CommandLine.arguments.dropFirst().joined(separator: " ")),
        ])
    }

    private static func status(_ body: () throws -> Void) -> Int32 {
        do {
            try body()
            return 0
        } catch {
            return ExitStatus.report(error)
        }
    }

    /// Flushes standard output and returns the exit status.
    private static func finish(_ status: Int32) -> Int32 {
        do {
            try StandardOutput.finish()
            return status
        } catch {
            Terminal.write("error: \(error)\n")
            return max(status, 1)
        }
    }

    /// Leaves all output to the lead.
    private static func silence() {
        StandardOutput.discard()
        Terminal.isSilent = true
    }
}
