extension Int64 {
    /// The number for people: `4,201`.
    var inGroups: String { DecimalText.format(self, scale: 0, groupSeparator: ",") }
}
