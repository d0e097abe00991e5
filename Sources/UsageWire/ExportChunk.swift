internal import CProtobufC
internal import CUsageWire

/// Writes `allmende.v1.ExportAuditBundleResponse`: one piece of an export.
public enum ExportChunk {
    /// A piece that begins at `offset` of the whole file, on the wire; `data` is copied once.
    public static func serialized(offset: Int64, data: UnsafeRawBufferPointer) -> [UInt8] {
        var message = Allmende__V1__ExportAuditBundleResponse()
        allmende__v1__export_audit_bundle_response__init(&message)
        message.offset = offset
        message.data = ProtobufCBinaryData(
            len: data.count,
            data: UnsafeMutablePointer(mutating: data.bindMemory(to: UInt8.self).baseAddress))
        return [UInt8](
            unsafeUninitializedCapacity: allmende__v1__export_audit_bundle_response__get_packed_size(&message)
        ) { bytes, count in
            count = allmende__v1__export_audit_bundle_response__pack(&message, bytes.baseAddress)
        }
    }

    /// A piece that begins at `offset` of the whole file, on the wire.
    public static func serialized(offset: Int64, data: [UInt8]) -> [UInt8] {
        data.withUnsafeBytes { serialized(offset: offset, data: $0) }
    }
}
