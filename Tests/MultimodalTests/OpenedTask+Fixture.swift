import TestSupport
import Testing

@testable import Multimodal

extension OpenedTask {
    /// Opens the only task of a suite over the fixture `python-dataset`.
    ///
    /// - Parameter settings: The settings of the task besides its dataset.
    static func fixture(_ settings: String) throws -> OpenedTask {
        let suite = try Multimodal.Suite(
            yaml: """
                name: x
                datasets: {d: {path: python-dataset}}
                tasks: {t: {dataset: d, \(settings)}}
                training: {recipe: published}
                """)
        return try #require(suite.open(dataRoot: Fixtures.path("")).first)
    }
}
