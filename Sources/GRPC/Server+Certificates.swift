internal import Glibc
internal import Logging
internal import TLS

extension Server {
    /// Reads certificate, key, authorities and revocation lists anew. New connections are secured with them; those that
    /// are open go on, except where the client's certificate is not accepted any more: these are ended as by
    /// `closeConnections(ofCertificate:grace:)`. Does nothing in clear text.
    ///
    /// A server that runs does the same by itself soon after one of the files has changed, and once a day.
    /// - Throws: `TLSError` that names the file at fault. All then stays as it was.
    public func reloadCertificates() async throws {
        guard let tls = context?.tls else { return }
        do {
            let renewed = try await Task.detached { try tls.reload() }.value
            report(renewed)
            let closed = await closeConnections(grace: Server.grace) { $0.isRefused(by: renewed) }
            guard closed > 0 else { return }
            logger.notice(
                "connections ended whose certificate is not accepted any more", metadata: ["count": "\(closed)"])
        } catch {
            logger.error(
                "cannot use the new certificate files: the former stay in force", metadata: ["reason": "\(error)"])
            throw error
        }
    }

    /// One look at the files, which may block, and what it calls for.
    func lookAfterCertificates() async {
        guard let tls = context?.tls else { return }
        if tls.hasJustEnded() {
            logger.error("the revocation list is out of date: no client is let in until there is a newer one")
        }
        // A failure is in the log, and the files are read again when they have changed again.
        if tls.isDue() { try? await reloadCertificates() }
    }

    /// Days before the end of the own certificate from which the log warns.
    private static let warningDays = 14

    func report(_ tls: TLSContext) {
        let now = time(nil)
        var metadata: Logger.Metadata = [:]
        var level = Logger.Level.info
        if let end = tls.certificateEnds {
            let days = (end - now) / 86_400
            metadata["certificate-days-left"] = "\(days)"
            if days < Server.warningDays { level = .warning }
        }
        if let end = tls.revocationListEnds { metadata["revocation-list-hours-left"] = "\((end - now) / 3600)" }
        logger.log(level: level, "certificates in force", metadata: metadata)
    }
}
