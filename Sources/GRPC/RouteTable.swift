internal import Glibc

/// One method with its handler.
final class Route: Sendable {
    let method: MethodDescriptor
    let handler: Router.Handler
    let path: [UInt8]
    /// Position in `Router.methods`; one past the last for what is no method.
    let index: Int
    let isPage: Bool

    init(_ method: MethodDescriptor, _ handler: Router.Handler, index: Int) {
        self.method = method
        self.handler = handler
        self.index = index
        isPage = if case .page = handler { true } else { false }
        path = Array(method.path.utf8)
    }
}

/// Finds a route by the bytes of `:path` without making a string of them.
///
/// Open addressing over a table at most half full; built once, so a hostile path costs one miss.
struct RouteTable: Sendable {
    private let slots: [Route?]
    /// In the order of their routes' indices.
    let methods: [MethodDescriptor]

    init(_ router: Router) {
        methods = router.methods
        var routes = methods.enumerated().compactMap { index, method in
            router.handlers[method].map { Route(method, $0, index: index) }
        }
        for (path, handler) in router.pages {
            let method = MethodDescriptor(page: path)
            routes.append(Route(method, .page(handler), index: methods.count))
        }
        var size = 8
        while size < routes.count * 2 { size *= 2 }
        var slots = [Route?](repeating: nil, count: size)
        for route in routes {
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
