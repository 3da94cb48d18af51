import Foundation
import TestSupport
import Testing

@testable import Files

@Suite struct FolderLockTests {
    /// Locks belong to an open file, so another descriptor stands for another process.
    private func lockElsewhere(_ file: String, owner: String) throws -> Int32 {
        let descriptor = open(file, O_RDWR | O_CREAT, 0o644)
        try #require(descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        _ = owner.withCString { write(descriptor, $0, strlen($0)) }
        return descriptor
    }

    @Test func theOwnerIsNamed() throws {
        let folder = try TemporaryFolder()
        let descriptor = try lockElsewhere(folder.path(".lock"), owner: "process 4711 on host north\n")
        defer { close(descriptor) }
        #expect(throws: FolderInUse(folder: folder.path, owner: "process 4711 on host north")) {
            try FolderLock(folder.path)
        }
    }

    /// A killed job returns before the last of its processes has ended.
    @Test func anOwnerThatIsEndingIsWaitedFor() throws {
        let folder = try TemporaryFolder()
        let descriptor = try lockElsewhere(folder.path(".lock"), owner: "process 4711 on host north\n")
        Thread.detachNewThread {
            usleep(200_000)
            close(descriptor)
        }
        #expect(try FolderLock.holding(folder.path) { true })
    }

    @Test func anOwnerWithoutNameIsAnotherProcess() throws {
        let folder = try TemporaryFolder()
        let descriptor = try lockElsewhere(folder.path(".lock"), owner: "")
        defer { close(descriptor) }
        #expect {
            try FolderLock(folder.path)
        } throws: {
            "\($0)" == "\(folder.path): is in use by another process; wait until it has ended, or choose another folder"
        }
    }

    /// The file of a process that was killed holds no lock.
    @Test func aFileWithoutLockIsTakenOver() throws {
        let folder = try TemporaryFolder()
        try folder.write("process 1 on host gone, with a name longer than any that follows here\n", to: ".lock")
        try FolderLock.holding(folder.path) {
            let text = String(decoding: try folder.bytes(".lock"), as: UTF8.self)
            #expect(text.hasPrefix("process \(getpid())") && text.split(separator: "\n").count == 1)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func onlyLeftoverFilesAreRemoved() throws {
        let folder = try TemporaryFolder()
        try folder.write("process 1 on host gone\n", to: ".lock")
        FolderLock.removeLeftover(in: folder.path)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        FolderLock.removeLeftover(in: folder.path("missing"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
        let descriptor = try lockElsewhere(folder.path(".lock"), owner: "process 4711 on host north\n")
        defer { close(descriptor) }
        FolderLock.removeLeftover(in: folder.path)
        #expect(try folder.bytes(".lock").count > 0)
    }

    @Test func nestedHoldersShareTheLock() throws {
        let folder = try TemporaryFolder()
        try FolderLock.holding(folder.path) {
            try FolderLock.holding(folder.path + "/../" + (folder.path as NSString).lastPathComponent) {}
            let descriptor = open(folder.path(".lock"), O_RDWR)
            defer { close(descriptor) }
            #expect(flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path(".lock")))
    }

    @Test func onlyEmptyFoldersAreRemovedAgain() throws {
        let folder = try TemporaryFolder()
        try FolderLock.holding(folder.path("a/b/c")) {}
        #expect(!FileManager.default.fileExists(atPath: folder.path("a")))
        _ = try FolderLock.holding(folder.path("a/b/c")) { try folder.write("x", to: "a/b/file") }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted() == ["a", "a/b", "a/b/file"])
    }

    /// A target that another process is replacing is refused, and stays as it is.
    @Test func aFolderIsReplacedByOneProcess() throws {
        let folder = try TemporaryFolder()
        try folder.write("{}", to: "data/dataset.json")
        let descriptor = try lockElsewhere(folder.path(".data.lock"), owner: "process 4711\n")
        #expect(throws: FolderInUse(folder: folder.path("data"), owner: "process 4711")) {
            try ReplacedFolder(path: folder.path("data"), marker: "dataset.json")
        }
        close(descriptor)
        let replaced = try ReplacedFolder(path: folder.path("data"), marker: "dataset.json")
        try Data("[]".utf8).write(to: URL(fileURLWithPath: replaced.workPath + "/dataset.json"))
        try replaced.commit()
        #expect(try folder.bytes("data/dataset.json") == Array("[]".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".old") } == [])
    }
}
