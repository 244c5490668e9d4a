/**
 * The ls-refs command of protocol version 2 (gitprotocol-v2(5)):
 *
 *   request   "command=ls-refs" capabilities delimiter "peel" "symrefs" [ "unborn" ] *( "ref-prefix " prefix ) flush
 *   response  *( oid " " ref *( " symref-target:" ref / " peeled:" oid ) ) flush
 *             an unborn HEAD has the word "unborn" instead of its oid
 */
import { ReconcileError } from "../../src/errors.ts";
import { isOid } from "./oid.ts";
import { DELIMITER, encodeLines, FLUSH, lineOf } from "./pkt-line.ts";
import type { Packet } from "./pkt-line.ts";

/** A ref of the server. */
export interface RemoteRef {
  readonly name: string;
  /** Undefined for an unborn HEAD. */
  readonly oid: string | undefined;
  /** The ref that a symbolic ref names. */
  readonly target?: string;
  /** What an annotated tag leads to in the end. */
  readonly peeled?: string;
}

/** The words that every command sends along. */
export const CLIENT_CAPABILITIES: readonly string[] = ["agent=driftless", "object-format=sha1"];

/** Asks for the refs that begin with one of the prefixes. `unborn`: also ask for the HEAD of an empty repository. */
export function encodeLsRefs(prefixes: readonly string[], unborn: boolean): Buffer {
  const options = ["peel", "symrefs", ...(unborn ? ["unborn"] : []), ...prefixes.map((prefix) => `ref-prefix ${prefix}`)];
  return Buffer.concat([encodeLines(["command=ls-refs", ...CLIENT_CAPABILITIES]), DELIMITER, encodeLines(options), FLUSH]);
}

/** Reads the answer. Throws GIT_PROTOCOL when it is malformed, incomplete or an error of the server. */
export function parseRefs(packets: readonly Packet[]): RemoteRef[] {
  const refs: RemoteRef[] = [];
  for (const packet of packets) {
    if (packet.kind === "Flush") return refs;
    if (packet.kind === "Data") refs.push(parseRef(lineOf(packet.payload)));
  }
  throw new ReconcileError("GIT_PROTOCOL", "the list of refs ended early; the connection was cut, try again");
}

function parseRef(line: string): RemoteRef {
  if (line.startsWith("ERR ")) throw new ReconcileError("GIT_PROTOCOL", `the server refused to list refs: ${line.slice(4)}`);
  const [oid = "", name = "", ...attributes] = line.split(" ");
  const valid = name !== "" && (oid === "unborn" || isOid(oid));
  if (!valid) throw new ReconcileError("GIT_PROTOCOL", `malformed line in the list of refs: ${JSON.stringify(line.slice(0, 80))}`);
  const target = attribute(attributes, "symref-target:");
  const peeled = attribute(attributes, "peeled:");
  return {
    name,
    oid: oid === "unborn" ? undefined : oid,
    ...(target === undefined ? {} : { target }),
    ...(peeled === undefined || !isOid(peeled) ? {} : { peeled }),
  };
}

function attribute(attributes: readonly string[], key: string): string | undefined {
  return attributes.find((text) => text.startsWith(key))?.slice(key.length);
}
