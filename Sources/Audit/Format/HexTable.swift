/// Base 16 in lower case by table, for the hot path of rows.
enum HexTable {
    private static let digits = Array("0123456789abcdef".utf8)
    /// Value of each lower-case digit; 0xFF for every other byte.
    private static let values: [UInt8] = (0...255).map { byte in
        digits.firstIndex(of: byte).map { UInt8($0) } ?? 0xFF
    }

    /// The digit of a value from 0 to 15.
    static func digit(_ value: UInt8) -> UInt8 { digits[Int(value)] }

    /// Writes two digits per byte to memory of twice the size.
    static func encode(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) {
        digits.withUnsafeBufferPointer { digits in
            for index in 0..<bytes.count {
                output[2 * index] = digits[Int(bytes[index] >> 4)]
                output[2 * index + 1] = digits[Int(bytes[index] & 15)]
            }
        }
    }

    /// Appends two digits per byte.
    static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        digits.withUnsafeBufferPointer { digits in
            for byte in bytes {
                output.append(digits[Int(byte >> 4)])
                output.append(digits[Int(byte & 15)])
            }
        }
    }

    /// Reads two digits per byte into memory of half the size; false where a byte is no lower-case digit.
    static func decode(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Bool {
        values.withUnsafeBufferPointer { values in
            var seen: UInt8 = 0
            for index in 0..<output.count {
                let (high, low) = (values[Int(text[2 * index])], values[Int(text[2 * index + 1])])
                seen |= high | low
                output[index] = high << 4 | low
            }
            return seen & 0xF0 == 0
        }
    }
}
