import ArgumentParser
import Studies
import Testing

@testable import CommandLineTool

/// An item that occurs twice would count as two measurements.
@Suite struct CommaListTests {
    @Test func itemsAreTrimmedAndDistinct() throws {
        #expect(try CommaList.items("a, b ,c", option: "--tasks") == ["a", "b", "c"])
        #expect(try CommaList.shares("0.05,1", option: "--labels") == [0.05, 1])
        #expect { try CommaList.items("a,b, a", option: "--tasks") } throws: {
            "\($0)".contains("--tasks has 'a' twice; expected each once")
        }
    }

    @Test func valuesThatAreWrittenInTwoWaysAreOne() {
        #expect { try CommaList.shares("0.05,5e-2", option: "--labels") } throws: {
            "\($0)".contains("--labels has '5e-2' twice")
        }
        #expect(throws: ValidationError.self) {
            try CommaList.cases("full,full", option: "--arms", of: AblationArm.self)
        }
    }

    @Test(arguments: [["--widths", "64,064"], ["--groups", "3,2", "--groups", "3, 2"]])
    func repeatedModelsOfATradeOffAreRefused(options: [String]) throws {
        #expect(throws: (any Error).self) { try StudyTradeoffCommand.parse(["suite.yaml"] + options) }
    }
}
