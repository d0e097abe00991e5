internal import SwiftProtobuf

/// Values of the schema's enumerations as texts that do not change: `notTaxable` is `not_taxable`.
enum SchemaWords {
    static func text<Value: SwiftProtobuf.Enum & CaseIterable>(_ value: Value) -> String {
        guard Value.allCases.contains(value) else { return String(value.rawValue) }
        return String(describing: value).reduce(into: "") { text, letter in
            if letter.isUppercase { text += "_" }
            text += letter.lowercased()
        }
    }
}
