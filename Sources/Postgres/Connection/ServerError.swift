internal import CLibPQ

extension DatabaseError {
    /// The error the server sent.
    init(result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            let value = PQresultErrorField(result, Int32(code.asciiValue ?? 0))
            return value.map { String(cString: $0) }
        }
        let state = field("C") ?? ""
        self.init(
            // An error made up by the library has no SQLSTATE: the connection broke.
            state.isEmpty || DatabaseError.endsSession(result) ? .connectionLost : .server,
            field("M") ?? String(cString: PQresultErrorMessage(result)),
            sqlState: state, constraint: field("n"), table: field("t"), position: field("P").flatMap { Int($0) },
            copyRow: field("W").flatMap(DatabaseError.copyRow))
    }

    /// The number in `COPY usage_record_2012_01, line 17, column quantity`, in whatever language the server speaks.
    static func copyRow(_ context: String) -> Int? {
        guard context.hasPrefix("COPY "), let comma = context.firstIndex(of: ",") else { return nil }
        let digits = context[comma...].drop { !$0.isNumber }.prefix { $0.isNumber }
        return Int(digits)
    }

    /// What the library says about a connection that broke or could not be made.
    init(_ kind: Kind, connection: OpaquePointer?) {
        var message = String(cString: PQerrorMessage(connection))
        while message.last?.isWhitespace == true { message.removeLast() }
        self.init(kind, message.isEmpty ? "the connection to the database was lost" : message)
    }

    /// Whether the server ended the session with this error.
    static func endsSession(_ result: OpaquePointer) -> Bool {
        // 'V': the severity that is never translated.
        guard let severity = PQresultErrorField(result, 86) else { return false }
        return severity[0] == 70 || severity[0] == 80  // FATAL, PANIC
    }
}
