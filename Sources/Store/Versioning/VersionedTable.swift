internal import Domain
internal import Postgres

/// A table whose rows are versions (docs/decisions/0015-versioned-tables.md): each was known from one position of a
/// register up to another, and a dated one holds from one day up to another. Both ranges are half-open; an open end
/// is what is known now, or holds for good.
///
/// It builds the statements that change such a table; reads are written by hand with the conditions of `Versions`.
/// History is never edited: a row is closed at the position of the entry that ends it, and what goes on to hold beside
/// a correction is recorded anew. In conditions the table is called `v`. One entry makes one change of a row: to close
/// a row at the position it was recorded at is refused by the table.
struct VersionedTable: Sendable {
    let name: SQL
    /// The columns beside the ranges, keys and values, in the order in which rows are given.
    let columns: SQL

    init(_ name: SQL, columns: SQL) {
        self.name = name
        self.columns = columns
    }

    // MARK: - Without days

    /// Records a row. A current one of the same key has to be closed first.
    func insert(_ row: SQL, at position: Int64) -> SQL {
        "INSERT INTO \(name) (\(columns), recorded_from) VALUES (\(row), \(position))"
    }

    /// Closes the current rows that `key` finds.
    func close(where key: SQL, at position: Int64) -> SQL {
        "UPDATE \(name) v SET recorded_until = \(position) WHERE \(key) AND \(Versions.current)"
    }

    /// Records a row in place of the current one that `key` finds, if there is one.
    func replace(where key: SQL, with row: SQL, at position: Int64) -> [SQL] {
        [close(where: key, at: position), insert(row, at: position)]
    }

    // MARK: - With days

    /// Records a row that holds on some days. To correct, even back-dated, clear these days first.
    func insert(_ row: SQL, on days: DateRange, at position: Int64) -> SQL {
        """
        INSERT INTO \(name) (\(columns), valid_from, valid_until, recorded_from)
        VALUES (\(row), \(days.start), \(nullable: days.end), \(position))
        """
    }

    /// Lets nothing that `key` finds hold on some days: rows that reach into them are closed, and what they say of the
    /// days before and after is recorded anew.
    func clear(_ days: DateRange, where key: SQL, at position: Int64) -> SQL {
        """
        WITH closed AS (
            UPDATE \(name) v SET recorded_until = \(position)
            WHERE \(key) AND \(Versions.current)
                AND v.valid_from < coalesce(\(nullable: days.end), 'infinity')
                AND (v.valid_until IS NULL OR v.valid_until > \(days.start))
            RETURNING v.*)
        INSERT INTO \(name) (\(columns), valid_from, valid_until, recorded_from)
        SELECT \(columns), valid_from, \(days.start), \(position) FROM closed WHERE valid_from < \(days.start)
        UNION ALL
        SELECT \(columns), \(nullable: days.end), valid_until, \(position) FROM closed
        WHERE coalesce(valid_until, 'infinity') > \(nullable: days.end)
        """
    }
}
