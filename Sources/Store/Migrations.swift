public import Postgres

/// The schema's history: numbered SQL files that travel inside the program.
public enum Migrations {
    /// In ascending order; a file that was applied once is never changed.
    public static let all: [Migration] = [
        Migration(number: 1, name: "platform", sql: text(PackageResources._001_platform_sql)),
        Migration(number: 2, name: "consortia", sql: text(PackageResources._002_consortia_sql)),
        Migration(number: 3, name: "usage_and_money", sql: text(PackageResources._003_usage_and_money_sql)),
        Migration(number: 4, name: "access", sql: text(PackageResources._004_access_sql)),
        Migration(number: 5, name: "governance", sql: text(PackageResources._005_governance_sql)),
        Migration(number: 6, name: "usage_statistics", sql: text(PackageResources._006_usage_statistics_sql)),
        Migration(number: 7, name: "settlement", sql: text(PackageResources._007_settlement_sql)),
        Migration(number: 8, name: "marketplace", sql: text(PackageResources._008_marketplace_sql)),
        Migration(number: 9, name: "audit", sql: text(PackageResources._009_audit_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
