internal import CLibPQ
internal import EventLoop

extension Connection {
    // MARK: - Sending

    /// Writes a unit and its Sync. The unit waits for its answer in `inFlight`.
    ///
    /// The library flushes with every Sync, so shared reads go without: all those of one turn of the loop are one
    /// transaction with one Sync at its end, which saves both sides system calls and the server commits.
    func send(_ unit: Unit) {
        assert(loop.isCurrent && mode == .pipeline)
        if !unit.isShared, isSharing { endSharing() }
        guard !isClosed else { return unit.finish(.closed) }
        inFlight.append(unit)
        for sql in unit.statements {
            guard write(sql, of: unit) else { return close(DatabaseError(.connectionLost, connection: handle)) }
        }
        flushSoon()
        if unit.isShared {
            isSharing = true
        } else {
            sync()
            unit.isComplete = true
        }
    }

    /// Ends the transaction of the shared units sent so far.
    func endSharing() {
        isSharing = false
        inFlight.append(Unit.sync())
        sync()
    }

    private func sync() {
        if PQpipelineSync(handle) != 1 { close(DatabaseError(.connectionLost, connection: handle)) }
    }

    private func write(_ sql: SQL, of unit: Unit) -> Bool {
        switch cache.find(sql) {
        case .ready(let statement):
            unit.commands += 1
            return write(sql, prepared: statement.name)
        case .new(let statement):
            unit.preparations.append((unit.commands, statement))
            unit.commands += 2
            return prepare(sql, statement) && write(sql, prepared: statement.name)
        case .oneShot:
            unit.commands += 1
            return writeText(sql)
        }
    }

    private func write(_ sql: SQL, prepared name: UnsafePointer<CChar>) -> Bool {
        sql.parameters.bytes.withUnsafeBytes { arena in
            guard arrays.fill(count: sql.parameterCount, arena: arena) else { return false }
            let count = Int32(truncatingIfNeeded: sql.parameterCount)
            return PQsendQueryPrepared(handle, name, count, arrays.values, arrays.lengths, arrays.formats, 1) == 1
        }
    }

    private func prepare(_ sql: SQL, _ statement: Statement) -> Bool {
        let types = sql.parameterTypes
        return PQsendPrepare(handle, statement.name, sql.text, Int32(truncatingIfNeeded: types.count), types) == 1
    }

    private func writeText(_ sql: SQL) -> Bool {
        sql.parameters.bytes.withUnsafeBytes { arena in
            guard arrays.fill(count: sql.parameterCount, arena: arena) else { return false }
            let count = Int32(truncatingIfNeeded: sql.parameterCount)
            return PQsendQueryParams(
                handle, sql.text, count, sql.parameterTypes, arrays.values, arrays.lengths, arrays.formats, 1) == 1
        }
    }

    // MARK: - Receiving

    /// Answers without a result that may follow each other: one ends a command, more mean that the library is lost.
    private static var maximumGaps: Int { 3 }

    /// Takes every answer that has arrived. `PQgetResult` is called only when it cannot block.
    func takeResults() {
        var gaps = 0
        let waiting = inFlight.count
        defer { if inFlight.count < waiting, !isClosed { delegate?.connectionHasRoom(self) } }
        while !isClosed, PQisBusy(handle) == 0, let unit = inFlight.first {
            guard let result = PQgetResult(handle) else {
                gaps += 1
                guard gaps <= Connection.maximumGaps, PQstatus(handle) == CONNECTION_OK else {
                    return close(DatabaseError(.connectionLost, connection: handle))
                }
                if gaps == 1 { unit.answered += 1 }
                if unit.isAnsweredWithoutSync { end(unit) }
                continue
            }
            gaps = 0
            take(result, for: unit)
        }
    }

    private func take(_ result: OpaquePointer, for unit: Unit) {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            succeed(result, unit)
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            end(unit)
        case PGRES_FATAL_ERROR:
            fail(result, unit)
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            unit.isAborted = true
            if let statement = unit.preparation(of: unit.answered) { cache.forget(statement) }
        default:
            // COPY in a unit: the session waits for data that never comes.
            PQclear(result)
            unit.fail(.misuse("a command that is not allowed in a unit"))
            close(.misuse("a command that is not allowed in a unit"))
        }
    }

    /// Answers the unit, or sends it again where another one's error had taken it along.
    private func end(_ unit: Unit) {
        _ = inFlight.popFirst()
        guard unit.isAborted, unit.failure == nil, unit.isWaited else { return unit.finish() }
        unit.startOver()
        delegate?.connection(self, didAbort: unit)
    }

    /// Whether a unit that failed on the server gets a second chance: its plan was out of date, or a cancellation meant
    /// for another unit has struck it. Either way it left nothing behind.
    private func deservesAnotherTry(_ unit: Unit, _ error: DatabaseError) -> Bool {
        guard error.kind == .server, !unit.isSecondTry, delegate?.sendsAgain == true else { return false }
        if error.isStatementCancelled { return cancellations > 0 && !unit.isCancelled }
        return error.isStalePlan
    }

    private func succeed(_ result: OpaquePointer, _ unit: Unit) {
        if let statement = unit.preparation(of: unit.answered) {
            statement.state = .ready
            PQclear(result)
        } else {
            unit.append(Rows(result))
        }
    }

    private func fail(_ result: OpaquePointer, _ unit: Unit) {
        var error = DatabaseError(result: result)
        let endsSession = DatabaseError.endsSession(result) || PQstatus(handle) != CONNECTION_OK
        PQclear(result)
        if let statement = unit.preparation(of: unit.answered) { cache.forget(statement) }
        if error.isStalePlan {
            for statement in unit.statements { cache.forget(statement) }
        }
        // The server ended the session while it committed, or we do not know when it did.
        let isTooLate = unit.answered >= unit.commands
        let isToldByServer = !error.sqlState.isEmpty
        error.isInDoubt = endsSession && unit.isDoubtful && (isTooLate || !isToldByServer)
        if error.isReadOnlyServer { isStale = true }
        if !endsSession, deservesAnotherTry(unit, error) {
            unit.isAborted = true
            unit.isSecondTry = true
        } else {
            unit.fail(error)
            if error.isStatementCancelled, !unit.isCancelled { reportTimeout(unit) }
        }
        if error.isStatementCancelled { cancellations = max(0, cancellations - 1) }
        guard endsSession else { return }
        _ = inFlight.popFirst()
        unit.finish()
        // The server works in order: what comes after the statement it died on was never begun.
        if isToldByServer { while let next = inFlight.popFirst() { next.finish(.connectionLost(error)) } }
        close(.connectionLost(error))
    }

    private func reportTimeout(_ unit: Unit) {
        guard let index = unit.failure?.statement, unit.statements.indices.contains(index) else { return }
        delegate?.connection(self, didTimeOut: unit.statements[index])
    }

    /// Fails the units under way when the connection has ended without an answer to them.
    func failUnits(_ error: DatabaseError) {
        while let unit = inFlight.popFirst() {
            var error = unit.failure ?? error
            if unit.failure == nil, error.kind != .misuse {
                error = .connectionLost(error)
                error.isInDoubt = unit.isDoubtful
            }
            unit.finish(error)
        }
    }
}

extension Unit {
    func preparation(of command: Int) -> Statement? {
        guard !preparations.isEmpty else { return nil }
        return preparations.first { $0.command == command }?.statement
    }
}

extension DatabaseError {
    /// The same failure as seen by work that was merely under way on the connection.
    static func connectionLost(_ cause: DatabaseError) -> DatabaseError {
        DatabaseError(cause.kind == .server ? .connectionLost : cause.kind, cause.message, sqlState: cause.sqlState)
    }
}
