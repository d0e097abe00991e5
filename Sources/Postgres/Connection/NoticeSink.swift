internal import CLibPQ
internal import Logging

/// Sends the server's notices to the log instead of standard error.
final class NoticeSink {
    private let logger: Logger

    init(_ logger: Logger) { self.logger = logger }

    func install(on connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().take(result)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    private func take(_ result: OpaquePointer) {
        let message = PQresultErrorField(result, 77).map { String(cString: $0) } ?? ""
        let state = PQresultErrorField(result, 67).map { String(cString: $0) } ?? ""
        logger.debug("notice from the database", metadata: ["message": "\(message)", "sqlstate": "\(state)"])
    }
}
