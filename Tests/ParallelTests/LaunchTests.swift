import Testing

@testable import Parallel

@Suite struct LaunchTests {
    @Test func plainStartHasNoCompany() {
        let launch = Launch(["PATH": "/usr/bin"])
        #expect(!launch.isMPI && !launch.hasCompany && launch.tasksWithoutMPI == nil)
    }

    @Test(arguments: [
        ["OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "1"], ["PMI_SIZE": "2", "PMI_RANK": "0"],
        ["PMIX_RANK": "0", "SLURM_PROCID": "0", "SLURM_STEP_NUM_TASKS": "8"],
    ]) func launchersAreRecognised(environment: [String: String]) {
        #expect(Launch(environment).hasCompany)
        #expect(Launch(environment).tasksWithoutMPI == nil)
    }

    @Test func jobOfOneProcessIsAlone() {
        #expect(!Launch(["OMPI_COMM_WORLD_SIZE": "1", "PMIX_RANK": "0"]).hasCompany)
    }

    @Test func slurmTasksWithoutMPIAreNoticed() {
        #expect(Launch(["SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "8"]).tasksWithoutMPI == 8)
        // The batch script itself is one task, whatever the job has.
        #expect(Launch(["SLURM_PROCID": "0", "SLURM_NTASKS": "8"]).tasksWithoutMPI == nil)
    }
}
