/**
 * The first thing a server says in protocol version 2 (gitprotocol-v2(5), "Initial Client Request"):
 *
 *   [ "# service=git-upload-pack" LF flush ]      HTTP servers may send it, and may leave it out
 *   "version 2" LF
 *   key [ "=" value ] LF ...
 *   flush
 */
import { ReconcileError } from "../../src/errors.ts";
import { lineOf } from "./pkt-line.ts";
import type { Packet } from "./pkt-line.ts";

/** What a server can do: key → the words of its value. */
export type Capabilities = ReadonlyMap<string, readonly string[]>;

/** Reads an advertisement. Throws GIT_PROTOCOL for a server without version 2 or without what we need. */
export function parseCapabilities(packets: readonly Packet[]): Capabilities {
  const lines = linesOf(packets);
  if (lines[0]?.startsWith("ERR ") === true) throw new ReconcileError("GIT_PROTOCOL", `the server refused: ${lines[0].slice(4)}`);
  if (lines[0] !== "version 2") throw noVersion2(lines[0]);
  const capabilities = new Map(lines.slice(1).map((line) => keyAndWords(line)));
  checkNeeded(capabilities);
  return capabilities;
}

function linesOf(packets: readonly Packet[]): string[] {
  const lines = packets.filter((packet) => packet.kind === "Data").map((packet) => lineOf(packet.payload));
  return lines[0]?.startsWith("# service=") === true ? lines.slice(1) : lines;
}

function keyAndWords(line: string): [string, string[]] {
  const equals = line.indexOf("=");
  return equals < 0 ? [line, []] : [line.slice(0, equals), line.slice(equals + 1).split(" ")];
}

function noVersion2(first: string | undefined): ReconcileError {
  const what = first === undefined ? "an empty answer" : "an older protocol";
  return new ReconcileError(
    "GIT_PROTOCOL",
    `the server answered with ${what} instead of Git protocol version 2; it needs Git 2.18 or newer, and a proxy in front of it must pass on the Git-Protocol header`,
  );
}

function checkNeeded(capabilities: Capabilities): void {
  const format = capabilities.get("object-format")?.[0] ?? "sha1";
  if (format !== "sha1") throw new ReconcileError("GIT_PROTOCOL", `the repository uses ${format} object ids; only sha1 repositories can be read`);
  if (!capabilities.has("ls-refs") || capabilities.get("fetch")?.includes("shallow") !== true) {
    throw new ReconcileError("GIT_PROTOCOL", "the server offers no ls-refs command or no shallow fetch; a server with Git 2.18 or newer does");
  }
}
