internal import API
internal import Terminal

/// Remarks on entries as a table.
enum RemarkTable {
    static func text(_ remarks: [Remark]) -> String {
        var table = Table(
            .number("remark"), .number("entry"), .text("says"), .text("party"), .text("answers"), .text("note"))
        for remark in remarks {
            table.add(
                Names.short(remark.name), Grouped.text(remark.entryPosition), Choice.text(remark.kind),
                Names.short(remark.party), Names.short(remark.answers), remark.noteErased ? "(erased)" : remark.note)
        }
        return table.text
    }
}

/// Calls of auditors as a table.
enum AccessTable {
    static func text(_ accesses: [Access]) -> String {
        var table = Table(.text("when"), .text("auditor"), .text("call"), .text("consortium"))
        for access in accesses {
            table.add(
                EntryTable.time(access.accessedMicros), Names.short(access.party), access.method,
                Names.short(access.consortium))
        }
        return table.text
    }
}
