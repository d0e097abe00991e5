/// What can lie in a `DeadlineHeap`: it keeps its own position, so that removing it needs no search.
protocol HeapItem: AnyObject {
    /// Maintained by the heap; negative outside of it.
    var heapPosition: Int { get set }
}

/// A binary heap with the earliest deadline first. Insertion and removal take O(log n).
struct DeadlineHeap<Item: HeapItem> {
    private var entries: [(deadline: UInt64, item: Item)] = []

    var first: (deadline: UInt64, item: Item)? { entries.first }
    var count: Int { entries.count }

    mutating func insert(_ item: Item, _ deadline: UInt64) {
        entries.append((deadline, item))
        item.heapPosition = entries.count - 1
        rise(from: entries.count - 1)
    }

    /// Removing an item that is not inside does nothing.
    mutating func remove(_ item: Item) {
        let position = item.heapPosition
        guard position >= 0 else { return }
        item.heapPosition = -1
        let last = entries.removeLast()
        guard position < entries.count else { return }
        entries[position] = last
        last.item.heapPosition = position
        rise(from: position)
        sink(from: last.item.heapPosition)
    }

    private mutating func rise(from start: Int) {
        var position = start
        while position > 0 {
            let parent = (position - 1) / 2
            guard entries[position].deadline < entries[parent].deadline else { return }
            swap(position, parent)
            position = parent
        }
    }

    private mutating func sink(from start: Int) {
        var position = start
        while true {
            var least = position
            for child in [2 * position + 1, 2 * position + 2]
            where child < entries.count && entries[child].deadline < entries[least].deadline {
                least = child
            }
            guard least != position else { return }
            swap(position, least)
            position = least
        }
    }

    private mutating func swap(_ first: Int, _ second: Int) {
        entries.swapAt(first, second)
        entries[first].item.heapPosition = first
        entries[second].item.heapPosition = second
    }
}
