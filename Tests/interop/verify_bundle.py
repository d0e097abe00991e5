#!/usr/bin/env python3
"""Verifies an audit bundle, or an excerpt of one, written from docs/formats/audit-bundle.md, audit-excerpt.md and
the specifications alone.

    verify_bundle.py BUNDLE PUBLIC-KEY.pem [REGISTER]

Standard library and `cryptography` only. It shares no line with the product, so that an error in the product's own
verifier does not hide itself. Prints what was proven and exits 0, or prints what is broken and exits 1.
"""

import base64
import hashlib
import json
import sys
import tarfile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT = "allmende-audit-bundle/1"
EXCERPT_FORMAT = "allmende-audit-excerpt/1"
COMPLETENESS = "all entries from 0 to size"
USAGE_HEADER = b"application,party,metric,source,interval_start,interval_end,quantity,replaces,salt,leaf_hash"
SETTLEMENT_HEADER = "pool,party,amount,currency,key,weight,ratio,unit,quantity,source,component_amount"
POOLS = ["unspecified", "introduction", "operation", "maintenance", "development", "administration"]
# ISO 4217: currencies whose minor unit is not a hundredth.
NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND".split()
METRIC_CREATED, USAGE_BATCH_RECORDED, SETTLEMENT_CALCULATED = 50, 51, 61


class Broken(Exception):
    """Something in the bundle is not as it must be."""


def require(condition, place, reason):
    if not condition:
        raise Broken(f"{place}: {reason}")


# --- RFC 6962, section 2.1 -------------------------------------------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def tree_root(leaves):
    """Root over leaf hashes; a node without a right neighbour moves up as it is."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        above = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]


class Run:
    """Leaves and whole subtrees from the left on; hashes of two neighbours of one size become one."""

    def __init__(self):
        self.size, self.parts = 0, []

    def append(self, first, count, node, place):
        require(first == self.size, place, f"{first} does not follow {self.size}")
        require(count & (count - 1) == 0 and first % count == 0, place, "is no complete subtree")
        self.size += count
        while self.parts and self.parts[-1][0] == count and (first // count) % 2:
            node = hashlib.sha256(b"\x01" + self.parts.pop()[1] + node).digest()
            first, count = first - count, 2 * count
        self.parts.append((count, node))

    def root(self):
        node = self.parts[-1][1]
        for _, left in reversed(self.parts[:-1]):
            node = hashlib.sha256(b"\x01" + left + node).digest()
        return node


# --- Protocol buffers, wire format -----------------------------------------------------------------------------------


def varint(data, at):
    value, shift = 0, 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """Field number -> list of values: integers for varints, bytes for length-delimited fields."""
    result, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            size, at = varint(data, at)
            require(at + size <= len(data), "message", "a field reaches beyond its end")
            value, at = data[at : at + size], at + size
        else:
            raise Broken(f"message: wire type {key & 7} does not occur in an entry")
        result.setdefault(key >> 3, []).append(value)
    return result


def integer(message, number):
    value = message.get(number, [0])[-1]
    return value - (1 << 64) if value >= 1 << 63 else value


def text(message, number):
    return message.get(number, [b""])[-1].decode("utf-8")


def submessage(message, number):
    return fields(message.get(number, [b""])[-1])


# --- Checkpoint: C2SP signed-note and tlog-checkpoint ----------------------------------------------------------------


def open_checkpoint(note, key):
    require(note.endswith(b"\n"), "checkpoint", "no newline at the end")
    body, separator, signatures = note.rpartition(b"\n\n")
    require(separator, "checkpoint", "no empty line before the signatures")
    signed = body + b"\n"
    lines = signed.decode("utf-8").split("\n")[:-1]
    require(len(lines) >= 3, "checkpoint", "fewer than three lines")
    origin, size, root = lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)
    require(str(size) == lines[1] and len(root) == 32, "checkpoint", "malformed size or root")
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = hashlib.sha256(origin.encode() + b"\n\x01" + raw).digest()[:4]
    verified = False
    for line in signatures.decode("utf-8").splitlines():
        require(line.startswith("\u2014 "), "checkpoint", "malformed signature line")
        name, _, encoded = line[2:].partition(" ")
        blob = base64.b64decode(encoded, validate=True)
        if name != origin or blob[:4] != key_id:
            continue
        try:
            key.verify(blob[4:], signed)
        except InvalidSignature:
            raise Broken(f'checkpoint: the signature of "{name}" is wrong') from None
        verified = True
    require(verified, "checkpoint", "the given key did not sign it")
    require(origin.startswith("allmende/"), "checkpoint", f'"{origin}" is not the origin of a register')
    return origin.removeprefix("allmende/"), size, root


# --- Entries ---------------------------------------------------------------------------------------------------------


def split_entries(content):
    entries, at = [], 0
    while at < len(content):
        size, at = varint(content, at)
        require(at + size <= len(content), f"entries.binpb entry {len(entries)}", "the file ends inside it")
        entries.append(content[at : at + size])
        at += size
    return entries


def read_entries(content, register, size, root):
    """Batches, settlements and scales of metrics by their names."""
    entries = split_entries(content)
    require(len(entries) == size, "entries.binpb", f"holds {len(entries)} entries; the checkpoint counts {size}")
    computed = tree_root([leaf_hash(entry) for entry in entries])
    require(computed == root, "entries.binpb", f"the entries have the root {computed.hex()}, not {root.hex()}")
    batches, settlements, scales = {}, {}, {}
    for position, entry in enumerate(entries):
        message = fields(entry)
        place = f"entries.binpb entry {position}"
        require(integer(message, 1) == position, place, "it says that it stands elsewhere")
        require(text(message, 2) == register, place, "it says that it is another register's")
        if METRIC_CREATED in message:
            metric = submessage(message, METRIC_CREATED)
            scales[text(metric, 1)] = integer(metric, 3)
        elif USAGE_BATCH_RECORDED in message:
            batches[position] = submessage(message, USAGE_BATCH_RECORDED)
        elif SETTLEMENT_CALCULATED in message:
            settlements[position] = submessage(message, SETTLEMENT_CALCULATED)
    return batches, settlements, scales


# --- Usage -----------------------------------------------------------------------------------------------------------


def decimal(units, scale):
    if scale == 0:
        return str(units)
    if not 1 <= scale <= 38:
        return f"{units}e{-scale}"
    digits = str(abs(units)).rjust(scale + 1, "0")
    return ("-" if units < 0 else "") + digits[:-scale] + "." + digits[-scale:]


def verify_row(row, place):
    """Leaf hash and columns of a row with its salt and its hash."""
    line, salt, stated = row.rsplit(b",", 2) if row.count(b",") == 9 else (None, None, None)
    require(line is not None, place, "not ten columns")
    leaf = leaf_hash(bytes.fromhex(salt.decode("ascii")) + line)
    require(len(salt) == 32 and leaf.hex().encode() == stated, place, f"the row does not match its hash: {row!r}")
    return leaf, line.decode("ascii").split(",")


def add_row(row, columns, application, source, scales, sums, place):
    code = application.rpartition("/")[2]
    require(columns[0] == code and columns[3] == source, place, f"not a row of its batch: {row!r}")
    scale = scales.get(f"{application}/metrics/{columns[2]}")
    require(scale is not None, place, f"names a metric that the register does not have: {row!r}")
    units, replaced = (int(cell.replace(".", "")) if cell else None for cell in columns[6:8])
    for value, cell in (units, columns[6]), (replaced, columns[7]):
        ok = value is None if cell == "" else value >= 0 and decimal(value, scale) == cell
        require(ok, place, f"malformed quantity: {row!r}")
    require(units is not None, place, f"no quantity: {row!r}")
    total = sums.setdefault((code, columns[2]), [0, 0, scale])
    total[0] += replaced is None
    total[1] += units - (replaced or 0)


def verify_usage(name, content, batch, scales, sums):
    application, source = text(batch, 1), text(batch, 2)
    require(content.endswith(b"\r\n"), name, "the last line does not end with CR LF")
    lines = content[:-2].split(b"\r\n")
    require(lines[0] == USAGE_HEADER, name, "the header is not as it must be")
    leaves = []
    for number, row in enumerate(lines[1:], start=1):
        leaf, columns = verify_row(row, f"{name} row {number}")
        leaves.append(leaf)
        add_row(row, columns, application, source, scales, sums, f"{name} row {number}")
    count = integer(batch, 3)
    require(len(leaves) == count, name, f"has {len(leaves)} rows; its entry counts {count}")
    root = batch.get(4, [b""])[-1]
    require(tree_root(leaves) == root, name, "the rows do not have the root that their entry commits to")
    return len(leaves)


# --- Settlements -----------------------------------------------------------------------------------------------------


def money(message):
    units, currency = integer(message, 1), text(message, 2)
    return units, currency, amount(units, currency)


def amount(units, currency):
    return decimal(units, 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2)


def fraction(message):
    return f"{integer(message, 1)}/{integer(message, 2)}"


def record(columns):
    quoted = ['"' + c.replace('"', '""') + '"' if any(x in c for x in ',"\r\n') else c for c in columns]
    return ",".join(quoted) + "\r\n"


def verify_settlement(name, content, settlement, totals):
    rendered, rows, sum_of_lines = SETTLEMENT_HEADER + "\r\n", 0, 0
    total, currency, _ = money(submessage(settlement, 6))
    for encoded in settlement.get(7, []):
        line = fields(encoded)
        units, line_currency, line_amount = money(submessage(line, 3))
        require(line_currency == currency, name, "a line is in another currency than the total")
        sum_of_lines += units
        pool = integer(line, 2)
        pool_name = POOLS[pool] if 0 <= pool < len(POOLS) else str(pool)
        common = [pool_name, text(line, 1).rpartition("/")[2], line_amount, line_currency]
        components = [fields(component) for component in line.get(4, [])]
        for component in components:
            quantity = decimal(integer(component, 5), integer(component, 6))
            rendered += record(
                common
                + [text(component, 1), fraction(submessage(component, 2)), fraction(submessage(component, 3))]
                + [text(component, 4), quantity, text(component, 7), money(submessage(component, 8))[2]]
            )
            rows += 1
        if components:
            parts = sum(money(submessage(component, 8))[0] for component in components)
            require(parts == units, name, f"the components of {text(line, 1)} do not add up to its line")
        else:
            rendered += record(common + [""] * 7)
            rows += 1
    require(sum_of_lines == total, name, "the lines do not add up to the total")
    if content != rendered.encode():
        found, expected = content.split(b"\r\n"), rendered.encode().split(b"\r\n")
        row = next((i for i, pair in enumerate(zip(found, expected)) if pair[0] != pair[1]), len(expected) - 1)
        raise Broken(f"{name} row {row}: not what the entry gives: {found[min(row, len(found) - 1)]!r}")
    entry = totals.setdefault(currency, [0, 0])
    entry[0] += 1
    entry[1] += total
    return rows


# --- The whole -------------------------------------------------------------------------------------------------------


def read_members(path):
    with tarfile.open(path, "r:") as archive:
        members = []
        for member in archive:
            require(member.isreg(), member.name, "is not a regular file")
            members.append((member.name, archive.extractfile(member).read()))
        return members


def readme(register, size):
    return (
        f"Audit bundle of the register {register} at size {size}, format {FORMAT}.\n"
        "Here are its signed checkpoint, all its entries, and the usage and settlements that they commit to.\n"
        'Verify it offline: the command "allmende verify" needs this file and the register\'s public key only.\n'
        "How to do the same with openssl and sha256sum is written in docs/formats/audit-bundle.md of the project.\n"
        "manifest.json lists every file with size and SHA-256, and the sums of usage and settlements.\n"
    ).encode()


def verify_manifest(content, members, rows, register, size, root, usage, totals, kind=(FORMAT, COMPLETENESS)):
    files = []
    for name, data in members[:-1]:
        item = {"bytes": len(data), "name": name, "sha256": hashlib.sha256(data).hexdigest()}
        if name in rows:
            item["rows"] = rows[name]
        files.append(item)
    expected = {
        "completeness": kind[1],
        "files": files,
        "format": kind[0],
        "register": register,
        "root": root.hex(),
        "size": size,
        "sums": {
            "settlements": [
                {"count": count, "currency": currency, "total": amount(total, currency)}
                for currency, (count, total) in sorted(totals.items())
            ],
            "usage": [
                {"application": key[0], "metric": key[1], "quantity": decimal(units, scale), "rows": count}
                for key, (count, units, scale) in sorted(usage.items())
            ],
        },
    }
    found = json.loads(content)
    for key in sorted(expected.keys() | found.keys()):
        require(found.get(key) == expected.get(key), "manifest.json", f'"{key}" is not what the contents give')


# --- Excerpts --------------------------------------------------------------------------------------------------------

CONDITIONS = {"application": 0, "party": 1, "metric": 2}
EXCERPT_USAGE_HEADER = b"first_row,rows," + USAGE_HEADER


def excerpt_readme(register, size):
    return (
        f"Audit excerpt of the register {register} at size {size}, format {EXCERPT_FORMAT}.\n"
        "Here are rows of usage as selection.json describes them, the entries that commit to them, and hashes in place "
        "of all else.\n"
        "It proves that these rows were recorded; it does not prove that there are no others.\n"
        'Verify it offline: the command "allmende verify" needs this file and the register\'s public key only.\n'
        "The format is written down in docs/formats/audit-excerpt.md of the project.\n"
    ).encode()


def csv_lines(name, content, header):
    lines = content.split(b"\r\n")
    require(lines[0] == header and lines[-1] == b"", name, "the header is not as it must be, or the end is missing")
    return lines[1:-1]


def excerpt_entries(contents, register, size, root):
    """Batches and scales, once entries and hashes of the others give the root."""
    nodes = [line.split(b",") for line in csv_lines("nodes.csv", contents["nodes.csv"], b"first_entry,entries,hash")]
    nodes = [(int(first), int(count), bytes.fromhex(node.decode())) for first, count, node in nodes]
    tree, batches, scales = Run(), {}, {}

    def fill(until):
        while tree.size < until and nodes:
            tree.append(*nodes.pop(0), "nodes.csv")
        require(tree.size == until, "nodes.csv", f"leads to {tree.size}, not to {until}")

    for number, entry in enumerate(split_entries(contents["entries.binpb"])):
        message = fields(entry)
        position, place = integer(message, 1), f"entries.binpb entry number {number + 1}"
        fill(position)
        tree.append(position, 1, leaf_hash(entry), place)
        require(text(message, 2) == register, place, "it says that it is another register's")
        if METRIC_CREATED in message:
            metric = submessage(message, METRIC_CREATED)
            scales[text(metric, 1)] = integer(metric, 3)
        else:
            require(USAGE_BATCH_RECORDED in message, place, "is neither of a batch nor of a metric")
            batches[position] = submessage(message, USAGE_BATCH_RECORDED)
    fill(size)
    require(not nodes, "nodes.csv", "has more hashes than the register entries")
    require(tree.root() == root, "entries.binpb", f"entries and hashes have the root {tree.root().hex()}")
    return batches, scales


def excerpt_usage(name, content, batch, selection, scales, sums):
    tree, shown = Run(), 0
    for number, line in enumerate(csv_lines(name, content, EXCERPT_USAGE_HEADER), start=1):
        place = f"{name} line {number}"
        first, count, row = line.split(b",", 2)
        if row.startswith(b"," * 9):
            tree.append(int(first), int(count), bytes.fromhex(row[9:].decode()), place)
            continue
        leaf, columns = verify_row(row, place)
        require(count == b"1", place, "shows one row and speaks of more")
        tree.append(int(first), 1, leaf, place)
        fits = all(columns[CONDITIONS[key]] == value for key, value in selection.items() if key in CONDITIONS)
        day = columns[4][:10]
        fits = fits and selection.get("period_start", day) <= day < selection.get("period_end", "9999-12-31")
        require(fits, place, f"is none of the rows that selection.json describes: {row!r}")
        add_row(row, columns, text(batch, 1), text(batch, 2), scales, sums, place)
        shown += 1
    require(tree.size == integer(batch, 3), name, f"leads to {tree.size} rows, not {integer(batch, 3)}")
    require(tree.root() == batch.get(4, [b""])[-1], name, "rows and hashes do not have the root of their entry")
    return shown


def verify_excerpt(members, key, wanted_register):
    contents, names = dict(members), [name for name, _ in members]
    register, size, root = open_checkpoint(contents["checkpoint"], key)
    require(wanted_register in (None, register), "checkpoint", f"is of the register {register}")
    require(contents["README.txt"] == excerpt_readme(register, size), "README.txt", "is not the text of an excerpt")
    selection = json.loads(contents["selection.json"])
    canonical = json.dumps(selection, ensure_ascii=False, sort_keys=True) + "\n"
    require(contents["selection.json"] == canonical.encode(), "selection.json", "is not in its one form")
    batches, scales = excerpt_entries(contents, register, size, root)
    expected = names[:5] + [f"usage/{position:012}.csv" for position in batches] + ["manifest.json"]
    require(names == expected, "archive", f"members differ: {sorted(set(names) ^ set(expected)) or 'their order'}")
    rows = {"entries.binpb": len(split_entries(contents["entries.binpb"]))}
    rows["nodes.csv"] = contents["nodes.csv"].count(b"\n") - 1
    usage = {}
    for position, batch in batches.items():
        name = f"usage/{position:012}.csv"
        rows[name] = excerpt_usage(name, contents[name], batch, selection, scales, usage)
    kind = (EXCERPT_FORMAT, "inclusion only")
    verify_manifest(contents["manifest.json"], members, rows, register, size, root, usage, {}, kind)
    print(f"verified, inclusion only: usage {selection} of {register} at size {size}, root {root.hex()}")
    print(f"  {len(batches)} usage batches, {sum(rows[name] for name in names[5:-1])} rows of them shown")
    for (application, metric), (count, units, scale) in sorted(usage.items()):
        print(f"  {application}/{metric}: {decimal(units, scale)} in {count} rows")


def verify(path, key, wanted_register):
    members = read_members(path)
    contents = dict(members)
    names = [name for name, _ in members]
    require(len(contents) == len(names), "archive", "a member stands in it twice")
    if names[2:5] == ["selection.json", "nodes.csv", "entries.binpb"]:
        verify_excerpt(members, key, wanted_register)
        return
    require(names[:3] == ["README.txt", "checkpoint", "entries.binpb"], "archive", "the first members are others")
    register, size, root = open_checkpoint(contents["checkpoint"], key)
    require(wanted_register in (None, register), "checkpoint", f"is of the register {register}")
    require(contents["README.txt"] == readme(register, size), "README.txt", "is not the text of a bundle")
    batches, settlements, scales = read_entries(contents["entries.binpb"], register, size, root)
    expected = names[:3] + [f"usage/{position:012}.csv" for position in batches]
    expected += [f"settlements/{position:012}.csv" for position in settlements] + ["manifest.json"]
    require(names == expected, "archive", f"members differ: {sorted(set(names) ^ set(expected)) or 'their order'}")
    rows, usage, totals = {"entries.binpb": size}, {}, {}
    for position, batch in batches.items():
        name = f"usage/{position:012}.csv"
        rows[name] = verify_usage(name, contents[name], batch, scales, usage)
    for position, settlement in settlements.items():
        name = f"settlements/{position:012}.csv"
        rows[name] = verify_settlement(name, contents[name], settlement, totals)
    verify_manifest(contents["manifest.json"], members, rows, register, size, root, usage, totals)
    print(f"verified: {register} at size {size}, root {root.hex()}")
    print(f"  {len(batches)} usage batches with {sum(count for count, _, _ in usage.values())} rows")
    for (application, metric), (count, units, scale) in sorted(usage.items()):
        print(f"  {application}/{metric}: {decimal(units, scale)} in {count} rows")
    for currency, (count, total) in sorted(totals.items()):
        print(f"  {count} settlements, {amount(total, currency)} {currency}")


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    with open(sys.argv[2], "rb") as file:
        key = load_pem_public_key(file.read())
    if not isinstance(key, Ed25519PublicKey):
        sys.exit("the key is not an Ed25519 public key")
    try:
        verify(sys.argv[1], key, sys.argv[3] if len(sys.argv) == 4 else None)
    except Broken as error:
        print(f"NOT verified: {error}")
        sys.exit(1)
    except (ValueError, IndexError, KeyError, tarfile.TarError) as error:
        print(f"NOT verified: the bundle is malformed: {error!r}")
        sys.exit(1)


if __name__ == "__main__":
    main()
