/// The use that a dataset makes of a table's column.
public enum ColumnRole: String, NamedChoice {
    /// A number per sample.
    case number
    /// One of a few names.
    case category
    /// Written language.
    case text
    /// The path of an image file.
    case image
    /// The path of a sound file.
    case sound
    /// The path of a file with an array of numbers.
    case array
    /// The path of a folder with the frames of a video.
    case video
    /// The path of a file with observations: rows of a time, a quantity and a value.
    case observations
    /// A number that changes in time; its table has several rows per sample.
    case value
    /// The time of a row; its table has several rows per sample.
    case time
    /// The answer to predict: a class or a number, whichever the cells are.
    case target
    /// The class to predict.
    case classification
    /// The number to predict.
    case regression
    /// The labels to predict, any number of them per cell.
    case labels
    /// The split of a sample.
    case split
    /// The person, device or place of a sample, whose samples stay in one split.
    case group
    /// The name of a sample.
    case id
    /// Nothing.
    case ignore

    /// True when a model reads the column.
    public var isInput: Bool {
        [.number, .category, .text, .image, .sound, .array, .video, .observations, .value].contains(self)
    }

    /// True when a model predicts the column.
    public var isTarget: Bool { [.target, .classification, .regression, .labels].contains(self) }

    /// True when the cells are paths of files or folders.
    public var isFile: Bool { [.image, .sound, .array, .video, .observations].contains(self) }
}
