/*
 * Tape archives as tar writes them: ustar (POSIX.1-1988), long names of GNU tar and extended headers (POSIX.1-2001, pax).
 * Blocks of 512 bytes: a header, then the content filled up to whole blocks.
 */
import { fromBytes } from "../go/bytes.ts";

const BLOCK = 512;
const LARGEST = Number.MAX_SAFE_INTEGER;

/** What a member is: `other` are links, devices and whatever else is no file. */
export type TarKind = "file" | "directory" | "other";

/** A member of an archive; the bytes are a part of the archive's. */
export interface TarMember {
  readonly name: string;
  readonly kind: TarKind;
  /** What `other` is, for an error text. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** An archive that cannot be read; the message says where it breaks. */
export class TarError extends Error {}

/** The members of an archive one by one. Throws TarError. */
export function* readTar(archive: Uint8Array): Generator<TarMember> {
  let extended: ReadonlyMap<string, string> = new Map();
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    if (isEmpty(header)) return;
    const { name, type, size } = readHeader(header, at, extended);
    const bytes = archive.subarray(at + BLOCK, at + BLOCK + size);
    if (bytes.length < size) throw new TarError(`ends within member "${name}"`);
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === "x") extended = readRecords(bytes);
    else if (type === "L") longName = textUpToZero(bytes);
    else if (type !== "g" && type !== "K") {
      yield member(extended.get("path") ?? longName ?? name, type, bytes);
      extended = new Map();
      longName = undefined;
    }
  }
}

function isEmpty(block: Uint8Array): boolean {
  for (let index = 0; index < BLOCK; index += 1) if (block[index] !== 0) return false;
  return true;
}

interface Header {
  readonly name: string;
  readonly type: string;
  readonly size: number;
}

function readHeader(header: Uint8Array, at: number, extended: ReadonlyMap<string, string>): Header {
  if (!isChecked(header)) throw new TarError(`the header at byte ${at} has a wrong checksum`);
  const type = String.fromCharCode(header[156] ?? 0);
  const isUstar = textUpToZero(header.subarray(257, 262)) === "ustar" && header[262] === 0;
  const prefix = isUstar ? textUpToZero(header.subarray(345, 500)) : "";
  const short = textUpToZero(header.subarray(0, 100));
  const told = type === "x" || type === "g" ? undefined : extended.get("size");
  const size = told === undefined ? readNumber(header.subarray(124, 136)) : /^\d{1,15}$/.test(told) ? Number(told) : NaN;
  const name = prefix === "" ? short : `${prefix}/${short}`;
  if (Number.isNaN(size)) throw new TarError(`the size of member "${name}" is no number`);
  return { name, type, size: hasContent(type) ? size : 0 };
}

/** Links, devices, folders and pipes tell a size at times, and have no content. */
const hasContent = (type: string): boolean => !/[1-6]/.test(type);

function member(name: string, type: string, bytes: Uint8Array): TarMember {
  if (type === "5" || ((type === "0" || type === "\0") && name.endsWith("/"))) return { name, kind: "directory", what: "a directory", bytes };
  if (type === "0" || type === "\0" || type === "7") return { name, kind: "file", what: "a file", bytes };
  return { name, kind: "other", what: WHAT.get(type) ?? `of the unknown type "${type}"`, bytes };
}

const WHAT: ReadonlyMap<string, string> = new Map([
  ["1", "a hard link"],
  ["2", "a symbolic link"],
  ["3", "a device"],
  ["4", "a device"],
  ["6", "a pipe"],
  ["S", "a sparse file"],
]);

/** The sum of the bytes, with the checksum itself taken for spaces; some programs summed signed bytes. */
function isChecked(header: Uint8Array): boolean {
  let sum = 0;
  let above = 0;
  for (let index = 0; index < BLOCK; index += 1) {
    const byte = index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
    sum += byte;
    if (byte > 127) above += 256;
  }
  const told = readNumber(header.subarray(148, 156));
  return told === sum || told === sum - above;
}

/** Octal digits, or a binary number where the first bit is set; NaN where it is neither or too large. */
function readNumber(field: Uint8Array): number {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, (field[0] ?? 0) & 0x3f);
    return ((field[0] ?? 0) & 0x40) === 0 && value <= LARGEST ? value : NaN;
  }
  const text = textUpToZero(field).trim();
  if (text === "") return 0;
  return /^[0-7]+$/.test(text) ? parseInt(text, 8) : NaN;
}

/** `27 path=a/long/name` and a line feed, any number of them; the number counts the bytes of all of it. */
function readRecords(bytes: Uint8Array): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(32, at);
    const length = space < 0 ? NaN : Number(fromBytes(bytes.subarray(at, space)));
    const record = Number.isInteger(length) && length > space - at + 1 && at + length <= bytes.length ? fromBytes(bytes.subarray(space + 1, at + length)) : "";
    const equals = record.indexOf("=");
    if (equals < 0 || !record.endsWith("\n")) throw new TarError("an extended header is malformed");
    records.set(record.slice(0, equals), record.slice(equals + 1, -1));
    at += length;
  }
  return records;
}

function textUpToZero(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return fromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
