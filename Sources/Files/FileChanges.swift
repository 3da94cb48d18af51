/// The changes of files by processes that work on one command together.
///
/// They run the same code, but only one of them, the lead, may change the files of the command. On
/// the others, changes do nothing: no file is written twice, and no lock is taken twice. A thread
/// that such a process starts for work of its own changes files as usual.
public enum FileChanges {
    /// True when changes on this thread are left to another process.
    @TaskLocal public static var areLeftToLead = false
}
