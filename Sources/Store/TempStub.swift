internal import Postgres
public struct Migration: Sendable { init(number: Int, name: String, sql: String) {} }
final class CopyIn { func write(_ bytes: [UInt8]) async throws {} }
extension Transaction { func copyIn(_ sql: SQL, _ body: (CopyIn) async throws -> Void) async throws -> Int { 0 } }
extension Store { public func onChangedPrincipals(_ f: @escaping @Sendable () -> Void) async throws {} }
