public import Postgres

/// The schema's history: numbered SQL files that travel inside the program.
public enum Migrations {
    /// In ascending order; a file that was applied once is never changed.
    public static let all: [Migration] = [
        Migration(number: 1, name: "platform", sql: text(PackageResources._001_platform_sql)),
        Migration(number: 2, name: "consortia", sql: text(PackageResources._002_consortia_sql)),
        Migration(number: 3, name: "usage_and_money", sql: text(PackageResources._003_usage_and_money_sql)),
    ]

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
