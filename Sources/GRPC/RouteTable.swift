internal import Glibc

/// One method with its handler.
final class Route: Sendable {
    let method: MethodDescriptor
    let handler: Router.Handler
    let path: [UInt8]

    init(_ method: MethodDescriptor, _ handler: Router.Handler) {
        self.method = method
        self.handler = handler
        path = Array(method.path.utf8)
    }
}

/// Finds a route by the bytes of `:path` without making a string of them.
///
/// Open addressing over a table at most half full; built once, so a hostile path costs one miss.
struct RouteTable: Sendable {
    private let slots: [Route?]

    init(_ router: Router) {
        var size = 8
        while size < router.handlers.count * 2 { size *= 2 }
        var slots = [Route?](repeating: nil, count: size)
        for (method, handler) in router.handlers {
            let route = Route(method, handler)
            var index = route.path.withUnsafeBufferPointer(RouteTable.hash) & (size - 1)
            while slots[index] != nil { index = (index + 1) & (size - 1) }
            slots[index] = route
        }
        self.slots = slots
    }

    /// FNV-1a, 64 bits, folded to a non-negative number.
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7FFF_FFFF)
    }

    func find(_ path: UnsafeBufferPointer<UInt8>) -> Route? {
        let mask = slots.count - 1
        var index = RouteTable.hash(path) & mask
        while let route = slots[index] {
            if route.path.count == path.count, let base = path.baseAddress, memcmp(route.path, base, path.count) == 0 {
                return route
            }
            index = (index + 1) & mask
        }
        return nil
    }
}
