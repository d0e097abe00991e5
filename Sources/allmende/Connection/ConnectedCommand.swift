internal import ArgumentParser
internal import GRPC

/// A command that calls the server.
protocol ConnectedCommand: AsyncParsableCommand {
    var connection: ConnectionOptions { get }

    /// Does the work.
    ///
    /// - Throws: `Status` for a call that failed; it is printed for people.
    func run(_ session: Session) async throws
}

extension ConnectedCommand {
    func run() async throws {
        let session = try connection.open()
        do {
            try await run(session)
            await session.client.close()
        } catch let status as Status {
            await session.client.close()
            throw CallFailure(status, server: session.address)
        }
    }
}
