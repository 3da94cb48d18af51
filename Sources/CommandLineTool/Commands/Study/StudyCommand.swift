import ArgumentParser

/// `highmmt study`: experiments that say whether the method does what it claims.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Run experiments on the method.",
        subcommands: [
            StudySyntheticCommand.self, StudyFloorsCommand.self, StudyEstimatorsCommand.self, StudySharingCommand.self,
            StudyKinshipCommand.self,
        ])
}
