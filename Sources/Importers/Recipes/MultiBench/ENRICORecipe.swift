import Foundation
import Multimodal

extension Recipe {
    /// Topics of app screens.
    static let enrico = Recipe(
        name: "enrico",
        title: "topics of app screens (ENRICO), from screenshot, wireframe and the set of elements",
        source: "https://github.com/luileito/enrico",
        licence: "as its publishers say",
        citation:
            "Leiva, L. A., Hota, A., Oulasvirta, A. Enrico: a dataset for topic modeling of mobile UI designs. MobileHCI 2020",
        version: 2
    ) { recipe, request in
        let screens = try Screens(folder: request.source, remarks: request.remarks)
        let rows = screens.divided()
        let description = recipe.description(
            modalities: Screens.modalities, targets: ["topic": .classification(screens.topics)])
        let layouts = ["elements": DatasetWriter.Layout(isMasked: true)]
        return [
            try request.write(description, layouts: layouts, rows: rows.mapValues(\.count)) { split, row in
                try screens.sample(rows[split, default: []][row])
            }
        ]
    }
}

/// The listed screens, without the damaged ones.
private struct Screens {
    private static let damaged: Set<String> = ["50105", "50109"]
    private static let patches = Patches(size: (1, 256, 128), patch: (1, 16, 16), channels: 3)
    private static let elements = 128
    private static let classes = 32

    static let modalities = [
        "screenshot": ModalityDescription(
            kind: .image, axes: patches.axes, channels: patches.width, patch: patches.sides,
            description: "256 × 128 pixels in patches of 16 × 16; red, green, blue, 0–1"),
        "wireframe": ModalityDescription(
            kind: .image, axes: patches.axes, channels: patches.width, patch: patches.sides,
            description: "256 × 128 pixels in patches of 16 × 16; red, green, blue, 0–1"),
        "elements": ModalityDescription(
            kind: .set, axes: [elements], channels: 5 + classes,
            description:
                "left, top, right, bottom and depth of an element, and which class it is of, hashed to one of 32"),
    ]

    /// The sorted topics.
    let topics: [String]
    private let folder: String
    private let identifiers: [String]
    private let labels: [Int]

    init(folder: String, remarks: ImportRemarks) throws {
        self.folder = folder
        let path = "\(folder)/design_topics.csv"
        let table = try CSVTable(path: path, hasHeader: true)
        let columns = try (table.column("screen_id"), table.column("topic"))
        let rows = table.rows.filter { !Self.damaged.contains($0[columns.0]) }
        remarks.add(.leftOut, table.rows.count - rows.count, "screens that are known to be damaged")
        identifiers = rows.map { $0[columns.0] }
        guard identifiers.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }) else {
            throw ReaderError(file: path, reason: "expected a number in every screen_id")
        }
        let names = rows.map { $0[columns.1] }
        let topics = Set(names).sorted()
        guard topics.count > 1 else {
            throw ReaderError(file: path, reason: "\(topics.count) topics, expected at least 2")
        }
        self.topics = topics
        labels = names.map { topics.firstIndex(of: $0) ?? 0 }
    }

    /// Divides the screens as MultiBench does: `random.Random(42).shuffle`, then 65 % for training,
    /// 15 % for validation and 20 % for test.
    func divided() -> [Split: [Int]] {
        var order = Array(identifiers.indices)
        var random = PythonRandom(seed: 42)
        random.shuffle(&order)
        let first = Int(Double(order.count) * 0.65)
        let second = Int(Double(order.count) * 0.8)
        return [
            .train: Array(order[..<first]), .valid: Array(order[first..<second]), .test: Array(order[second...]),
        ]
    }

    func sample(_ row: Int) throws -> Sample {
        let name = identifiers[row]
        let screenshot = try ImageFile.raster(path: "\(folder)/screenshots/\(name).jpg", as: .rgb)
        let wireframe = try ImageFile.raster(path: "\(folder)/wireframes/\(name).png", as: .rgb)
        let elements = try elements(path: "\(folder)/hierarchies/\(name).json")
        return Sample(
            inputs: [
                "screenshot": Self.patches.cut(screenshot.resized(width: 128, height: 256)[...]),
                "wireframe": Self.patches.cut(wireframe.resized(width: 128, height: 256)[...]),
                "elements": elements.values,
            ], valid: ["elements": elements.valid], targets: ["topic": [Double(labels[row])]])
    }

    /// Returns the elements of a screen in breadth-first order, truncated to the size of the set.
    ///
    /// - Throws: `ReaderError` when the file is not a JSON object or holds no element with bounds.
    private func elements(path: String) throws -> (values: [Float], valid: [Bool]) {
        let region = try ByteRegion(path: path)
        try region.checkText("JSON text", file: path)
        let bytes = region.copied()
        guard let root = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any] else {
            throw ReaderError(file: path, reason: "not a JSON object")
        }
        let width = 5 + Self.classes
        var values: [Float] = []
        var layer = [root]
        var depth = 0
        var frame: [Double]?
        while !layer.isEmpty, values.count < Self.elements * width {
            for node in layer where values.count < Self.elements * width {
                guard let bounds = (node["bounds"] as? [Any])?.compactMap({ ($0 as? NSNumber)?.doubleValue }),
                    bounds.count == 4, bounds.allSatisfy({ abs($0) < 1e6 })
                else { continue }
                let outer = frame ?? bounds
                frame = outer
                let size = (max(1, outer[2] - outer[0]), max(1, outer[3] - outer[1]))
                values += [
                    Float((bounds[0] - outer[0]) / size.0), Float((bounds[1] - outer[1]) / size.1),
                    Float((bounds[2] - outer[0]) / size.0), Float((bounds[3] - outer[1]) / size.1), Float(depth) / 10,
                ]
                let kind = (node["componentLabel"] as? String) ?? (node["class"] as? String) ?? ""
                let hash = kind.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
                values += (0..<Self.classes).map { UInt64($0) == (hash >> 32) % UInt64(Self.classes) ? 1 : 0 }
            }
            layer = layer.flatMap { ($0["children"] as? [Any])?.compactMap { $0 as? [String: Any] } ?? [] }
            depth += 1
        }
        guard !values.isEmpty else {
            throw ReaderError(file: path, reason: "no elements, expected at least one with 'bounds' of four numbers")
        }
        let count = values.count / width
        return (
            values + [Float](repeating: 0, count: Self.elements * width - values.count),
            (0..<Self.elements).map { $0 < count }
        )
    }
}
