import ArgumentParser

/// `highmmt study`: runs experiments that test the method's claims.
struct StudyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "study", abstract: "Run experiments that test the method's claims.",
        subcommands: [
            StudySyntheticCommand.self, StudyFloorsCommand.self, StudyEstimatorsCommand.self, StudySharingCommand.self,
            StudyKinshipCommand.self, StudyTradeoffCommand.self, StudyScalingCommand.self, StudyTransferCommand.self,
            StudySourcesCommand.self, StudyPairsCommand.self,
            StudyInterferenceCommand.self, StudyAblationCommand.self,
        ])
}
