import Files
import Testing

@Suite struct FolderTests {
    @Test(arguments: [
        ("a", ""), ("", ""), ("/", "/"), ("/a", "/"), ("a/b", "a"), ("a/b/", "a"), ("a//b", "a"), ("/a/b", "/a"),
        ("./a", "."), ("ä/é.csv", "ä"),
    ])
    func parents(path: String, expected: String) {
        #expect(Folder.parent(of: path) == expected)
    }
}
