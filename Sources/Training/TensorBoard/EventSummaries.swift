import Files
import Foundation

/// The values that an event of TensorBoard shows. Source: TensorBoard, `summary.proto` and the
/// `hparams` plug-in.
public struct EventSummaries {
    private(set) var message = ProtocolMessage()

    /// Creates a summary without values.
    public init() {}

    /// Adds a number. One that is not finite is left out.
    mutating func add(_ tag: String, _ value: Double?) {
        guard let value, value.isFinite else { return }
        message.add(1) {
            $0.add(1, text: tag)
            $0.add(2, float: Float(value))
        }
    }

    /// Adds a text in Markdown.
    mutating func add(_ tag: String, text: String) {
        message.add(1) {
            $0.add(1, text: tag)
            $0.add(8) { tensor in
                tensor.add(1, integer: 7)
                tensor.add(2) { $0.add(2) { $0.add(1, integer: 1) } }
                tensor.add(8, text: text)
            }
            $0.add(9) { $0.add(1) { $0.add(1, text: "text") } }
        }
    }

    /// Adds a picture of a matrix, with one square of pixels per cell.
    public mutating func add(_ tag: String, matrix: [[Double?]]) {
        let picture = MatrixPicture(matrix)
        message.add(1) {
            $0.add(1, text: tag)
            $0.add(4) {
                $0.add(1, integer: picture.side)
                $0.add(2, integer: picture.side)
                $0.add(3, integer: 3)
                $0.add(4, bytes: picture.png)
            }
        }
    }

    /// Adds hyperparameters, which the `hparams` plug-in shows.
    mutating func add(settings: [String: SettingValue]) {
        message.add(1) {
            $0.add(1, text: "_hparams_/session_start_info")
            $0.add(9) {
                $0.add(1) { plugin in
                    plugin.add(1, text: "hparams")
                    plugin.add(2) { $0.add(3) { Self.add(settings, to: &$0) } }
                }
            }
        }
    }

    private static func add(_ settings: [String: SettingValue], to session: inout ProtocolMessage) {
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            session.add(1) { entry in
                entry.add(1, text: name)
                entry.add(2) {
                    switch value {
                    case .number(let number): $0.add(2, double: number)
                    case .text(let text): $0.add(3, text: text)
                    case .flag(let flag): $0.add(4, integer: flag ? 1 : 0)
                    }
                }
            }
        }
    }
}

/// A matrix as pixels: white for zero, orange for positive values, blue for negative ones, grey for
/// missing ones.
struct MatrixPicture {
    /// The number of pixels along each axis.
    let side: Int
    /// The picture as a PNG file.
    let png: [UInt8]

    init(_ matrix: [[Double?]]) {
        let cell = max(2, min(16, 512 / max(1, matrix.count)))
        let largest = matrix.joined().compactMap { $0 }.filter(\.isFinite).map(abs).max() ?? 0
        var rows: [[UInt8]] = []
        for row in matrix {
            let pixels = row.flatMap { value in
                Array(repeating: Self.colour(value, largest), count: cell).flatMap { $0 }
            }
            rows += Array(repeating: pixels, count: cell)
        }
        side = matrix.count * cell
        png = PNGWriter.png(width: side, rows: rows)
    }

    private static func colour(_ value: Double?, _ largest: Double) -> [UInt8] {
        guard let value, value.isFinite else { return [200, 200, 200] }
        let strength = largest > 0 ? (abs(value) / largest).squareRoot() : 0
        let full: [Double] = value >= 0 ? [217, 95, 2] : [31, 111, 180]
        return full.map { UInt8((255 + ($0 - 255) * strength).rounded()) }
    }
}
