import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileChangesTests {
    @Test func changesThatAreLeftToTheLeadDoNothing() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write([1], to: folder.path("kept"))
        try FileChanges.$areLeftToLead.withValue(true) {
            try AtomicFile.write([2], to: folder.path("kept"))
            try AtomicFile.write([2], to: folder.path("new"))
            try Folder.make(folder.path("made"))
            try Folder.remove(folder.path("kept"))
            try Folder.move(folder.path("kept"), to: folder.path("moved"))
        }
        #expect(try Folder.names(in: folder.path) == ["kept"])
        #expect(try folder.bytes("kept") == [1])
    }

    /// The lead holds the lock for all.
    @Test func lockOfTheLeadIsNotTakenTwice() throws {
        let folder = try TemporaryFolder()
        try FileChanges.$areLeftToLead.withValue(true) {
            let lock = try FolderLock(folder.path("run"))
            #expect(!lock.isExclusive)
        }
        #expect(try Folder.names(in: folder.path).isEmpty)
    }

    @Test func otherThreadsChangeFiles() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("own")
        try FileChanges.$areLeftToLead.withValue(true) {
            let thread = Thread { try? AtomicFile.write([3], to: path) }
            thread.start()
            while !thread.isFinished { usleep(1000) }
            try AtomicFile.write([4], to: path)
        }
        #expect(try folder.bytes("own") == [3])
    }
}
