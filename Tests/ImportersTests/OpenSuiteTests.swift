import Foundation
import Importers
import Multimodal
import TestSupport
import Testing

@testable import Importers

@Suite struct OpenSuiteTests {
    /// The open suite fits the datasets that its recipes make.
    @Test func openSuiteFitsItsRecipes() throws {
        let root = try TemporaryFolder()
        for recipe in RecipeCatalogue.open {
            _ = try recipe.run(from: Fixtures.path("open-packages"), to: root.path("open/\(recipe.name)"))
        }
        let suite = try Multimodal.Suite(file: Fixtures.repository + "/Suites/open.yaml")
        let tasks = try suite.open(dataRoot: root.path)
        #expect(tasks.map(\.name) == ["diet", "digits", "exercise", "genotype", "movement", "speaker"])
        #expect(tasks.filter { $0.task.role == .transfer }.map(\.name) == ["diet", "genotype"])
        for task in tasks {
            for modality in task.modalities {
                let description = try #require(task.description(of: modality))
                let encoding = suite.encoding(dataset: task.task.dataset, modality: modality, description: description)
                #expect(encoding.maxFrequency <= Double(description.axes.max() ?? 0))
            }
        }
    }
}
