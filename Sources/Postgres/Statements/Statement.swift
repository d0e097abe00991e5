internal import Glibc

/// A prepared statement of one connection. Confined to the connection's loop.
final class Statement {
    enum State {
        /// The server was asked to prepare it and has not answered yet.
        case preparing
        case ready
    }

    let pieces: [SQL.Piece]
    let shape: UInt64
    /// The name on the server, kept as a C string since every call needs one.
    let name: UnsafeMutablePointer<CChar>
    var state = State.preparing

    init(_ sql: SQL, number: Int) {
        pieces = sql.pieces
        shape = sql.shape
        name = strdup("s\(number)")
    }

    deinit { free(name) }
}

/// The prepared statements of one connection, found by the identity of their text's parts.
struct StatementCache {
    enum Lookup {
        case ready(Statement)
        /// Not prepared: ask the server to prepare it under this new statement's name.
        case new(Statement)
        /// To be sent with its text: being prepared by an earlier unit that may fail, made at run time, or no room.
        case oneShot
    }

    /// Statements kept per connection; a program has a fixed number of literals, composed ones may have more shapes.
    static let limit = 1024

    private var statements: [UInt64: Statement] = [:]
    /// Names are never used twice, so that a statement whose fate is unknown cannot be taken for another.
    private var created = 0

    mutating func find(_ sql: SQL) -> Lookup {
        if let statement = statements[sql.shape] {
            return statement.state == .ready && statement.pieces == sql.pieces ? .ready(statement) : .oneShot
        }
        guard sql.isStatic, statements.count < StatementCache.limit else { return .oneShot }
        created += 1
        let statement = Statement(sql, number: created)
        statements[sql.shape] = statement
        return .new(statement)
    }

    mutating func forget(_ statement: Statement) {
        if statements[statement.shape] === statement { statements[statement.shape] = nil }
    }

    mutating func forget(_ sql: SQL) {
        statements[sql.shape] = nil
    }
}
