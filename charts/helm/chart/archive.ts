import { gunzipSync } from "node:zlib";
import { messageOf, ReconcileError } from "../../../src/errors.ts";
import { PackedFile } from "./chart-files.ts";
import { readTar, TarError, type TarMember } from "./tar.ts";

/** Members of one archive. */
const MAX_MEMBERS = 10_000;

/** An archive to unpack. */
export interface Packed {
  /** Where a person finds it: `charts/redis-1.2.3.tgz`. */
  readonly path: string;
  /** Stands for its content. */
  readonly id: string;
  readonly bytes: Uint8Array;
  /** Bytes that it may have when unpacked. */
  readonly maxBytes: number;
}

/** What was in an archive. */
export interface Unpacked {
  /** Named without the first folder, which Helm takes for the chart. */
  readonly files: readonly PackedFile[];
  /** Bytes of all of it. */
  readonly bytes: number;
}

/** Unpacks a chart in memory. Throws BUILD_FAILED naming archive and member, LIMIT_EXCEEDED for what grows too large. */
export function unpackChart(archive: Packed): Unpacked {
  const bytes = unzip(archive);
  const files: PackedFile[] = [];
  let members = 0;
  try {
    for (const member of readTar(bytes)) {
      members += 1;
      if (members > MAX_MEMBERS) throw new ReconcileError("LIMIT_EXCEEDED", `has more than ${MAX_MEMBERS} members`, { position: { file: archive.path } });
      if (member.kind !== "directory") files.push(fileOf(member, archive));
    }
  } catch (error) {
    throw error instanceof TarError ? failure(archive, `is no archive that can be read: ${error.message}; pack the chart again with "helm package"`, error) : error;
  }
  if (files.length === 0) throw failure(archive, "has no files");
  return { files, bytes: bytes.length };
}

function unzip(archive: Packed): Uint8Array {
  if (archive.bytes[0] !== 0x1f || archive.bytes[1] !== 0x8b) throw failure(archive, 'is not compressed with gzip, so it is no packed chart; make one with "helm package", or move the file out of charts/');
  try {
    return gunzipSync(archive.bytes, { maxOutputLength: Math.max(1, archive.maxBytes) });
  } catch (error) {
    if (error instanceof RangeError) throw new ReconcileError("LIMIT_EXCEEDED", `unpacks to more than ${Math.floor(archive.maxBytes / 1024 / 1024)} MiB, which is all that is left for the archives of a chart`, { position: { file: archive.path }, cause: error });
    throw failure(archive, `cannot be uncompressed: ${messageOf(error)}`, error);
  }
}

function fileOf(member: TarMember, archive: Packed): PackedFile {
  const name = nameIn(member, archive);
  if (member.kind !== "file") throw refusal(member, archive, `is ${member.what}, a chart has files only`);
  return new PackedFile({ name, path: `${archive.path}!${member.name}`, id: `${archive.id}!${member.name}`, bytes: member.bytes });
}

/** The name without its first folder. Packed on Windows, folders are separated by backslashes. */
function nameIn(member: TarMember, archive: Packed): string {
  const isWindows = member.name.includes("\\");
  const [folder = "", ...steps] = member.name.split(isWindows ? "\\" : "/");
  const rest = steps.join("/");
  if (rest.startsWith("/")) throw refusal(member, archive, "has an absolute path");
  const name = clean(rest);
  if (folder === "Chart.yaml") throw refusal(member, archive, "lies at the top of the archive; a packed chart lies in a folder");
  if (name === undefined) throw refusal(member, archive, "leads out of the chart");
  if (name === "") throw refusal(member, archive, "lies outside of the chart's folder");
  if (/^[a-zA-Z]:\//.test(name)) throw refusal(member, archive, "has the path of a Windows drive");
  return name;
}

/** A path without `.` and `..`; undefined where it leads upwards. */
function clean(path: string): string | undefined {
  const kept: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    if (step !== "..") kept.push(step);
    else if (kept.pop() === undefined) return undefined;
  }
  return kept.join("/");
}

const failure = (archive: Packed, message: string, cause?: unknown): ReconcileError => new ReconcileError("BUILD_FAILED", message, { position: { file: archive.path }, cause });

const refusal = (member: TarMember, archive: Packed, message: string): ReconcileError => failure(archive, `member "${member.name}" ${message}; pack the chart again with "helm package"`);
