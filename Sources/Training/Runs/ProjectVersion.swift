/// The version of this project, recorded in every result.
public enum ProjectVersion {
    /// Major, minor and patch.
    public static let number = "0.1.0"
}
