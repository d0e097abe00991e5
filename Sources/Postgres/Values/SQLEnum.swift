/// A value of an enumerated type of the database (`CREATE TYPE … AS ENUM`), by its label.
///
///     enum Mood: String, SQLEnum { case calm, cross }
///     let sql: SQL = "INSERT INTO day (mood) VALUES (\(Mood.calm))"
///
/// The number of such a type differs from database to database, so the server takes a parameter's type from where it
/// stands. An array must name the type of its elements, so it is sent as `text[]` and cast where it stands:
/// `CAST(\(moods) AS mood[])`.
public protocol SQLEnum: SQLEncodable, SQLDecodable, SQLArrayElement, RawRepresentable where RawValue == String {}

extension SQLEnum {
    @inlinable public static var sqlType: SQLType { .inferred }

    @inlinable
    public func encode(into encoder: inout SQLEncoder) { encoder.append(rawValue) }

    public static func decode(_ cell: SQLCell) throws(DatabaseError) -> Self {
        var cell = cell
        if let type = cell.type, type.rawValue >= SQLType.firstCreated {
            cell = SQLCell(type: nil, bytes: cell.bytes)
        }
        let label = try String.decode(cell)
        guard let value = Self(rawValue: label) else { throw .malformed("\(label.debugDescription) is no such label") }
        return value
    }

    @inlinable public static var sqlArrayType: SQLType { .textArray }

    public static func encodeArray(_ values: [Self], into encoder: inout SQLEncoder) {
        String.encodeArray(values.map(\.rawValue), into: &encoder)
    }
}
