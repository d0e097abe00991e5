public import API
internal import Domain
public import GRPC
internal import Store

/// Expenses and revenues.
public struct CostHandler: CostServiceHandler {
    let backend: Backend

    public init(_ backend: Backend) {
        self.backend = backend
    }

    public func createCostItem(
        _ request: CreateCostItemRequest, _ call: ServerCall
    ) async throws -> CreateCostItemResponse {
        let code = try ResourceName.id(request.parent, in: "consortia", field: "parent")
        let caller = try await backend.participant(call, in: code, as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let consortium = try await session.consortium(caller.consortium, name: caller.name)
            let row = try CostItemRow(request, currency: consortium.currency)
            let head = try await session.head(of: caller.consortium)
            try await session.insert(row, in: caller.consortium, recordedFrom: head.nextPosition)
            var response = CreateCostItemResponse()
            response.costItem = CostItem(row, consortium: caller.name, currency: consortium.currency)
            response.registerPosition = try head.append(
                .costItemBooked(response.costItem), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func reverseCostItem(
        _ request: ReverseCostItemRequest, _ call: ServerCall
    ) async throws -> ReverseCostItemResponse {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "costItems"], field: "name")
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let consortium = try await session.consortium(caller.consortium, name: caller.name)
            let head = try await session.head(of: caller.consortium)
            var row = try await session.costItem(ids[1], in: caller.consortium, name: request.name)
            guard !row.isReversed else {
                throw Failure(.invalidState, "\(request.name) is REVERSED already; nothing of it counts any more")
                    .about("cost item", request.name)
            }
            row.isReversed = true
            try await session.reverse(row.code, in: caller.consortium, at: head.nextPosition)
            var response = ReverseCostItemResponse()
            response.costItem = CostItem(row, consortium: caller.name, currency: consortium.currency)
            response.registerPosition = try head.append(
                .costItemReversed(response.costItem), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func eraseSupplier(_ request: EraseSupplierRequest, _ call: ServerCall) async throws -> EraseSupplierResponse
    {
        let ids = try ResourceName.ids(request.name, in: ["consortia", "costItems"], field: "name")
        let caller = try await backend.participant(call, in: ids[0], as: [.coordinationOffice])
        return try await backend.change(call, request, id: request.requestID, as: caller.principal) { session, stamp in
            let consortium = try await session.consortium(caller.consortium, name: caller.name)
            let head = try await session.head(of: caller.consortium)
            let row = try await session.costItem(ids[1], in: caller.consortium, name: request.name)
            guard row.supplier != nil else {
                throw Failure(.invalidState, "\(request.name) names no supplier").about("cost item", request.name)
            }
            try await session.eraseSupplier(of: row.code, in: caller.consortium)
            var response = EraseSupplierResponse()
            response.costItem = CostItem(row, consortium: caller.name, currency: consortium.currency)
            var change = SupplierErased()
            change.costItem = request.name
            response.registerPosition = try head.append(
                .supplierErased(change), to: caller.name, by: caller.principal, for: stamp)
            return response
        }
    }

    public func listCostItems(_ request: ListCostItemsRequest, _ call: ServerCall) async throws -> ListCostItemsResponse
    {
        var checks = FieldChecks()
        let code = checks.id(request.parent, in: "consortia", field: "parent")
        let period = checks.range(request.period, isSet: request.hasPeriod, needsEnd: true, field: "period")
        try checks.finish()
        let caller = try await backend.participant(call, in: code!)
        let reader = backend.store.reader(caller.principal)
        let consortium = try await reader.consortium(caller.consortium, name: caller.name)
        let state = try await reader.resolve(request.asOf, caller.register)
        let page = try ListPage(request, call, caller.principal)
        let rows = try await reader.costItems(
            in: caller.consortium, from: period!.start, until: period!.end!, knownAt: state.size,
            showsReversed: request.showReversed, after: try page.place(count: 1)?[0] ?? "", limit: page.limit)
        var response = ListCostItemsResponse()
        let (shown, next) = page.cut(rows) { [$0.code] }
        response.nextPageToken = next
        response.costItems = shown.map {
            CostItem(listing: $0, consortium: caller.name, currency: consortium.currency)
        }
        response.asOf = state.message
        return response
    }
}
