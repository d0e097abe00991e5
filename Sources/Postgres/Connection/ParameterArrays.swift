/// The three arrays the library wants beside a statement, filled from a statement's arena and used again and again.
final class ParameterArrays {
    private var capacity = 0
    private(set) var values: UnsafeMutablePointer<UnsafePointer<CChar>?>
    private(set) var lengths: UnsafeMutablePointer<Int32>
    private(set) var formats: UnsafeMutablePointer<Int32>

    /// The protocol counts parameters in 16 bits.
    static let limit = 65_535

    init() {
        values = .allocate(capacity: 0)
        lengths = .allocate(capacity: 0)
        formats = .allocate(capacity: 0)
        grow(to: 32)
    }

    deinit { deallocate() }

    private func deallocate() {
        values.deallocate()
        lengths.deallocate()
        formats.deallocate()
    }

    private func grow(to count: Int) {
        deallocate()
        capacity = count
        values = .allocate(capacity: count)
        values.initialize(repeating: nil, count: count)
        lengths = .allocate(capacity: count)
        lengths.initialize(repeating: 0, count: count)
        formats = .allocate(capacity: count)
        formats.initialize(repeating: 1, count: count)
    }

    /// Points the arrays into `arena`; they are valid as long as it is. Returns false if the arena does not hold
    /// `count` fields.
    func fill(count: Int, arena: UnsafeRawBufferPointer) -> Bool {
        if count > capacity { grow(to: max(count, capacity * 2)) }
        var position = 0
        for index in 0..<count {
            guard position + 4 <= arena.count else { return false }
            let length = Int(Int32(bigEndian: arena.loadUnaligned(fromByteOffset: position, as: Int32.self)))
            position += 4
            guard length >= 0 else {
                values[index] = nil
                lengths[index] = 0
                continue
            }
            guard position + length <= arena.count, let base = arena.baseAddress else { return false }
            // An empty value still needs an address, or it would be NULL.
            values[index] = (base + position).assumingMemoryBound(to: CChar.self)
            lengths[index] = Int32(truncatingIfNeeded: length)
            position += length
        }
        return position == arena.count
    }
}
