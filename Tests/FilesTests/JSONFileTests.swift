import Files
import Foundation
import TestSupport
import Testing

@Suite struct JSONFileTests {
    private struct Value: Codable, Equatable {
        var trainingLoss: [String: Double]
        var meanOfRow2: Int?
    }

    /// Task and stream names are dictionary keys, so they must not be converted.
    @Test func keysAreSnakeCaseAndNamesStayAsTheyAre() throws {
        let value = Value(trainingLoss: ["myTask": 1, "other_task/walk": 2], meanOfRow2: 3)
        let text = String(decoding: try JSONFile.encode(value, layout: .compact), as: UTF8.self)
        #expect(text == #"{"mean_of_row2":3,"training_loss":{"myTask":1,"other_task/walk":2}}"#)
        #expect(try JSONFile.decode(Value.self, from: Data(text.utf8)) == value)
    }

    @Test func keysOfEarlierVersionsAreRead() throws {
        let text = #"{"trainingLoss":{"a_b":1},"meanOfRow2":3}"#
        #expect(
            try JSONFile.decode(Value.self, from: Data(text.utf8)) == Value(trainingLoss: ["a_b": 1], meanOfRow2: 3))
    }

    @Test func errorsNameTheFileTheContentAndTheKey() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(#"{"training_loss":{"a":"x"}}"#, to: "v.json")
        #expect {
            try JSONFile.read(Value.self, from: path, content: "the losses of a run")
        } throws: { error in
            "\(error)".hasPrefix("\(path): is not the losses of a run: 'training")
                && "\(error)".contains("is not of type Double")
        }
        #expect {
            try JSONFile.read(Value.self, from: folder.path("none.json"), content: "the losses of a run")
        } throws: { "\($0)".hasSuffix("none.json: cannot be read; expected the losses of a run") }
    }

    @Test func theOrderOfKeysIsThatOfTheText() {
        let order = JSONKeyOrder(Array(#"{"b":{"y":1,"x":{"z":[{"q":2}]}},"a":"k","c":[{"d":1}]}"#.utf8))
        #expect(order.keys == ["b", "a", "c"])
        #expect(order.keys(ofObjectAt: "b") == ["y", "x"])
        #expect(order.keys(ofObjectAt: "a") == [])
        #expect(JSONKeyOrder(Array(#"{"a":"#.utf8)).keys == ["a"])
    }
}
