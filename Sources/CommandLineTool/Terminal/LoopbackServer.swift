import Foundation

/// A server of a single page for browsers on this machine. It reads requests but nothing else.
final class LoopbackServer {
    /// The answer to a request.
    struct Answer {
        /// The status, such as `200 OK`.
        var status: String
        var html: String
    }

    /// The port that the server listens on.
    let port: UInt16
    private let listener: Int32

    /// Listens on the loopback address.
    ///
    /// - Parameter port: The port; 0 takes a free one.
    /// - Throws: ``UnusableOption`` when the port cannot be used.
    init(port: UInt16) throws {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let listener = socket(AF_INET, kind, 0)
        self.listener = listener
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && listen(listener, 8) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        guard listener >= 0, isListening else {
            let reason = String(cString: strerror(errno))
            if listener >= 0 { close(listener) }
            throw UnusableOption(description: "--port \(port): cannot listen on 127.0.0.1: \(reason); choose another")
        }
        self.port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(listener) }

    /// Answers requests for `/`, one after another.
    ///
    /// - Parameters:
    ///   - refresh: The seconds after which a browser asks again.
    ///   - isStopped: Returns true to stop; called several times per second.
    ///   - page: Returns the page.
    func serve(refresh: Int, until isStopped: () -> Bool, page: () -> Answer) {
        signal(SIGPIPE, SIG_IGN)
        while !isStopped() {
            var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else { continue }
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { continue }
            answer(connection, refresh: refresh, page: page)
            close(connection)
        }
    }

    private func answer(_ connection: Int32, refresh: Int, page: () -> Answer) {
        var patience = timeval(tv_sec: 2, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(connection, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        let request = head(connection)
        let answer = refusal(of: request) ?? page()
        let body = Array(answer.html.utf8)
        let head = """
            HTTP/1.1 \(answer.status)\r
            Content-Type: text/html; charset=utf-8\r
            Content-Length: \(body.count)\r
            Cache-Control: no-store\r
            Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\r
            Refresh: \(refresh)\r
            Connection: close\r
            \r

            """
        send(Array(head.utf8) + (request.hasPrefix("HEAD ") ? [] : body), to: connection)
    }

    /// Returns the answer to a request for anything but the page; `nil` for the page.
    ///
    /// A page of another site must not read this one under a name of its own that leads here.
    private func refusal(of request: String) -> Answer? {
        let lines = request.split(separator: "\r\n").map(String.init)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3, ["GET", "HEAD"].contains(words[0]) else {
            return Answer(status: "405 Method Not Allowed", html: "This page can only be read.")
        }
        let host = lines.dropFirst().first { $0.lowercased().hasPrefix("host:") }?.dropFirst(5)
            .trimmingCharacters(in: .whitespaces)
        guard ["127.0.0.1:\(port)", "localhost:\(port)"].contains(host ?? "") else {
            return Answer(status: "403 Forbidden", html: "This page is for browsers on this machine.")
        }
        guard words[1] == "/" else { return Answer(status: "404 Not Found", html: "There is only /.") }
        return nil
    }

    /// Reads the head of a request, of at most 8 KiB.
    private func head(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while bytes.count < 8192 {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
            if String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func send(_ bytes: [UInt8], to connection: Int32) {
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            done += count
        }
    }
}
