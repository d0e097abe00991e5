public import Domain
public import Postgres

extension Rows {
    /// Reads every row.
    func map<T>(_ read: (inout Row) throws -> T) throws -> [T] {
        var values: [T] = []
        values.reserveCapacity(count)
        for index in 0..<count {
            var row = self[index]
            values.append(try read(&row))
        }
        return values
    }

    /// Reads the only row; no row means that the resource does not exist or is out of the caller's scope.
    func one<T>(_ type: String, _ name: String, _ read: (inout Row) throws -> T) throws -> T {
        guard count == 1 else { throw Failure.unknown(type, name) }
        var row = self[0]
        return try read(&row)
    }
}

extension CivilDate: SQLEncodable, SQLDecodable {}
