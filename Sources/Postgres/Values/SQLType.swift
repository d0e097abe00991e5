/// The type of a parameter or column: PostgreSQL's OID in `pg_type`.
public struct SQLType: RawRepresentable, Sendable, Hashable {
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    @inlinable public static var bool: SQLType { SQLType(rawValue: 16) }
    @inlinable public static var bytea: SQLType { SQLType(rawValue: 17) }
    @inlinable public static var name: SQLType { SQLType(rawValue: 19) }
    @inlinable public static var int8: SQLType { SQLType(rawValue: 20) }
    @inlinable public static var int2: SQLType { SQLType(rawValue: 21) }
    @inlinable public static var int4: SQLType { SQLType(rawValue: 23) }
    @inlinable public static var text: SQLType { SQLType(rawValue: 25) }
    @inlinable public static var json: SQLType { SQLType(rawValue: 114) }
    @inlinable public static var float8: SQLType { SQLType(rawValue: 701) }
    @inlinable public static var unknown: SQLType { SQLType(rawValue: 705) }
    @inlinable public static var bpchar: SQLType { SQLType(rawValue: 1042) }
    @inlinable public static var varchar: SQLType { SQLType(rawValue: 1043) }
    @inlinable public static var date: SQLType { SQLType(rawValue: 1082) }
    @inlinable public static var timestamptz: SQLType { SQLType(rawValue: 1184) }
    @inlinable public static var interval: SQLType { SQLType(rawValue: 1186) }
    @inlinable public static var numeric: SQLType { SQLType(rawValue: 1700) }
    @inlinable public static var uuid: SQLType { SQLType(rawValue: 2950) }
    @inlinable public static var void: SQLType { SQLType(rawValue: 2278) }

    @inlinable public static var jsonb: SQLType { SQLType(rawValue: 3802) }
    @inlinable public static var int8Range: SQLType { SQLType(rawValue: 3926) }
    @inlinable public static var dateRange: SQLType { SQLType(rawValue: 3912) }

    /// As a parameter's type: the server takes it from where the parameter stands.
    @inlinable public static var inferred: SQLType { SQLType(rawValue: 0) }
    /// The first number of a type that the database itself has created, such as an enum (`FirstNormalObjectId`).
    static let firstCreated: UInt32 = 16_384

    @inlinable public static var boolArray: SQLType { SQLType(rawValue: 1000) }
    @inlinable public static var byteaArray: SQLType { SQLType(rawValue: 1001) }
    @inlinable public static var int2Array: SQLType { SQLType(rawValue: 1005) }
    @inlinable public static var int4Array: SQLType { SQLType(rawValue: 1007) }
    @inlinable public static var textArray: SQLType { SQLType(rawValue: 1009) }
    @inlinable public static var int8Array: SQLType { SQLType(rawValue: 1016) }
    @inlinable public static var float8Array: SQLType { SQLType(rawValue: 1022) }
    @inlinable public static var dateArray: SQLType { SQLType(rawValue: 1182) }
    @inlinable public static var timestamptzArray: SQLType { SQLType(rawValue: 1185) }
    @inlinable public static var intervalArray: SQLType { SQLType(rawValue: 1187) }
    @inlinable public static var numericArray: SQLType { SQLType(rawValue: 1231) }
    @inlinable public static var uuidArray: SQLType { SQLType(rawValue: 2951) }
    @inlinable public static var jsonbArray: SQLType { SQLType(rawValue: 3807) }
    @inlinable public static var int8RangeArray: SQLType { SQLType(rawValue: 3927) }
    @inlinable public static var dateRangeArray: SQLType { SQLType(rawValue: 3913) }
}
