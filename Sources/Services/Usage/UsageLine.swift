internal import Domain

/// Writes the committed line of a usage record: the first eight columns of the export, without line end.
///
///     meldewesen,09473132,cases,rechenzentrum,2012-01-01T00:00:00Z,2012-01-01T01:00:00Z,17,
///
/// The last column is the quantity of the record that this one supersedes, empty where it is the first. Ids hold no
/// character that CSV would have to quote. The parts that the rows of a batch share are written once.
struct UsageLine {
    private(set) var bytes: [UInt8] = []

    /// Begins a new line.
    mutating func begin(application: [UInt8], party: [UInt8], metric: [UInt8], source: [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: application)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: party)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: metric)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: source)
        bytes.append(UInt8(ascii: ","))
    }

    /// Ends the line with the interval and the quantities.
    mutating func end(start: Instant, end: Instant, quantity: Quantity, replaced: Quantity?) {
        start.append(to: &bytes)
        bytes.append(UInt8(ascii: ","))
        end.append(to: &bytes)
        bytes.append(UInt8(ascii: ","))
        quantity.append(to: &bytes)
        bytes.append(UInt8(ascii: ","))
        replaced?.append(to: &bytes)
    }
}
