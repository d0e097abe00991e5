/// What a party says to a proposal (Beschlussvorlage).
public enum Vote: String, Sendable, Hashable, CaseIterable {
    case yes = "YES"
    case no = "NO"
    case abstain = "ABSTAIN"
}
