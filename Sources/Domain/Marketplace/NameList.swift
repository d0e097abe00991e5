extension FieldChecks {
    /// Checks a list of short names, such as standards: how many, how long each, none twice.
    public mutating func names(
        _ names: [String], field: String, count: ClosedRange<Int>, length: ClosedRange<Int> = 1...60
    ) {
        if names.isEmpty && count.lowerBound > 0 { return missing(field) }
        require(count.contains(names.count), field, "must have \(count.lowerBound) to \(count.upperBound) items")
        require(Set(names).count == names.count, field, "must not name anything twice")
        for (index, name) in names.enumerated() { text(name, field: "\(field)[\(index)]", length: length) }
    }

    /// Checks a list of ids such as topics.
    public mutating func ids(_ ids: [String], field: String, count: ClosedRange<Int>) {
        names(ids, field: field, count: count, length: 1...63)
        for (index, id) in ids.enumerated() where !id.isEmpty {
            _ = value(ResourceID.self, id, field: "\(field)[\(index)]")
        }
    }
}
