/// How messages with the compression flag are encoded (`grpc-encoding`).
enum MessageEncoding: Equatable {
    case identity
    case gzip

    /// Sent in `grpc-accept-encoding`.
    static let accepted: StaticString = "identity,gzip"

    init?(_ name: UnsafeBufferPointer<UInt8>) {
        if name.is("identity") {
            self = .identity
        } else if name.is("gzip") {
            self = .gzip
        } else {
            return nil
        }
    }

    /// Whether a `grpc-accept-encoding` list names gzip.
    static func listsGzip(_ list: UnsafeBufferPointer<UInt8>) -> Bool {
        list.split(separator: UInt8(ascii: ",")).contains { part in
            part.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") }.elementsEqual("gzip".utf8)
        }
    }

    /// - Returns: the message, or why it cannot be read.
    func decode(_ payload: [UInt8], maximumLength: Int) -> Result<[UInt8], Status> {
        guard self == .gzip else {
            return .failure(Status(.internal, "a message is marked as compressed, but no encoding was announced"))
        }
        do throws(Gzip.Failure) {
            return .success(try Gzip.decompress(payload, maximumLength: maximumLength))
        } catch {
            return switch error {
            case .tooLarge:
                .failure(
                    Status(.resourceExhausted, "a decompressed message is over the limit of \(maximumLength) bytes"))
            case .malformed: .failure(Status(.internal, "a compressed message cannot be decompressed"))
            }
        }
    }
}
