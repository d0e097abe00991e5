/// Which key figure of which day.
public struct KeyFigureReference: Sendable, Hashable {
    public let kind: KeyFigureKind
    /// The reference date (Stichtag).
    public let day: CivilDate

    public init(kind: KeyFigureKind, day: CivilDate) {
        self.kind = kind
        self.day = day
    }
}
