/// What a `TarReader` found.
public enum TarEvent {
    /// A member begins.
    case member(name: String, size: Int)
    /// The next piece of the member's content; the memory is the caller's own and valid as long as that.
    case content(UnsafeRawBufferPointer)
    /// The member's content is complete.
    case endOfMember
}
