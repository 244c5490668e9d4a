/**
 * The fetch command of protocol version 2 (gitprotocol-v2(5)):
 *
 *   request   "command=fetch" capabilities delimiter
 *             "thin-pack" "ofs-delta" "no-progress" [ "deepen " n ] *( "shallow " oid ) *( "want " oid ) *( "have " oid ) "done" flush
 *   response  [ "shallow-info" *( "shallow " oid / "unshallow " oid ) delimiter ] "packfile" *( band data ) flush
 *
 * band is one byte: 1 pack data, 2 progress, 3 the server's last words. Because the request says "done", there is
 * no section of acknowledgments and one round trip is enough.
 *
 * "thin-pack" with the known commits as `shallow` and as `have` is what makes a server leave out the objects of
 * those commits although only their newest layer is here; without it a change of one line costs the whole tree.
 */
import { ReconcileError } from "../../src/errors.ts";
import { CLIENT_CAPABILITIES } from "./ls-refs.ts";
import { DELIMITER, encodeLines, FLUSH, lineOf } from "./pkt-line.ts";
import type { Packet } from "./pkt-line.ts";

/** What to fetch. */
export interface FetchRequest {
  /** Objects to get, with everything they lead to. */
  readonly wants: readonly string[];
  /** Commits that are here completely, though without their parents. */
  readonly haves: readonly string[];
  /** How many commits of history; 1 is the wanted one alone. */
  readonly depth: number;
}

/** Writes a fetch request. */
export function encodeFetch(request: FetchRequest): Buffer {
  const lines = [
    "thin-pack",
    "ofs-delta",
    "no-progress",
    `deepen ${request.depth}`,
    ...request.haves.map((oid) => `shallow ${oid}`),
    ...request.wants.map((oid) => `want ${oid}`),
    ...request.haves.map((oid) => `have ${oid}`),
    "done",
  ];
  return Buffer.concat([encodeLines(["command=fetch", ...CLIENT_CAPABILITIES]), DELIMITER, encodeLines(lines), FLUSH]);
}

/**
 * The bytes of the pack in an answer, as they arrive. Throws GIT_PROTOCOL for an error of the server, wherever in
 * the stream it comes, GIT_REF_NOT_FOUND when it does not give out a wanted object, GIT_PACK_INVALID when the
 * answer ends early.
 */
export async function* readPack(packets: AsyncIterable<Packet>): AsyncGenerator<Buffer> {
  let section: string | undefined;
  for await (const packet of packets) {
    if (packet.kind === "Flush") {
      if (section === "packfile") return;
      throw new ReconcileError("GIT_PROTOCOL", "the server answered the fetch without a pack");
    }
    if (packet.kind === "ResponseEnd") break;
    if (packet.kind === "Delimiter") section = undefined;
    else if (section === "packfile") yield* dataOf(packet.payload);
    else section = nextSection(section, lineOf(packet.payload));
  }
  throw new ReconcileError("GIT_PACK_INVALID", "the pack ended early; the connection was cut, try again");
}

function nextSection(section: string | undefined, line: string): string {
  if (line.startsWith("ERR ")) throw refusal(line.slice(4));
  return section ?? line;
}

function* dataOf(payload: Buffer): Generator<Buffer> {
  const band = payload[0];
  if (band === 1) yield payload.subarray(1);
  else if (band === 3) throw refusal(payload.toString("utf8", 1));
  else if (band !== 2) throw new ReconcileError("GIT_PROTOCOL", `malformed answer: unknown band ${band ?? "(none)"}`);
}

function refusal(text: string): ReconcileError {
  const words = text.trim();
  if (/not our ref|unadvertised|no such (object|commit)|not found/i.test(words)) {
    return new ReconcileError("GIT_REF_NOT_FOUND", `the server does not give out the wanted commit: ${words}`);
  }
  return new ReconcileError("GIT_PROTOCOL", `the server stopped the fetch: ${words}`);
}
