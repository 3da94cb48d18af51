import ArgumentParser
import Files
import Reporting
import Training

/// `highmmt watch`: shows the report of a run in a browser while it is trained.
struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Show the report of a run in a browser on this machine while it is trained.",
        discussion: """
            Serves the report on 127.0.0.1 until it is interrupted. The page is made again from the files of the run \
            for every request, and browsers ask again by themselves. Nothing is written, and other machines cannot \
            reach it.

            Example:
              highmmt watch runs/open --port 8080
            """)

    @Argument(help: ArgumentHelp("Folder of the run.", valueName: "run"))
    var runFolder: String

    @Option(help: ArgumentHelp("Port to listen on; 0 takes a free one.", valueName: "n"))
    var port: UInt16 = 0

    @Option(help: ArgumentHelp("Seconds until a browser asks again.", valueName: "seconds"))
    var every = 10

    func validate() throws {
        guard (1...86_400).contains(every) else {
            throw ValidationError("--every is \(every); expected 1 to 86400 seconds")
        }
    }

    func run() throws {
        guard RunDirectory(runFolder).exists else {
            throw RunError("\(runFolder): contains no run; expected a folder made by highmmt train")
        }
        let server = try LoopbackServer(port: port)
        let interrupt = InterruptSignal()
        Terminal.write("watch \(runFolder) at http://127.0.0.1:\(server.port)/ and stop with control-C\n")
        server.serve(refresh: every) {
            interrupt.isReceived
        } page: {
            do { return .init(status: "200 OK", html: try RunReport(run: runFolder).html) } catch {
                return .init(status: "503 Service Unavailable", html: RunReport.notice("\(error.oneLine)"))
            }
        }
    }
}
