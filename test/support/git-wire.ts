/** The server's side of protocol version 2, as sources/git reads it. */
import type { Capabilities } from "../../sources/git/capabilities.ts";
import type { FetchRequest } from "../../sources/git/fetch-wire.ts";
import type { RemoteRef } from "../../sources/git/ls-refs.ts";
import { DELIMITER, encodeLines, encodePacket, FLUSH, lineOf, MAX_PAYLOAD } from "../../sources/git/pkt-line.ts";
import type { Packet } from "../../sources/git/pkt-line.ts";

/** Writes an advertisement; the reverse of parseCapabilities. */
export function encodeCapabilities(capabilities: Capabilities): Buffer {
  const lines = [...capabilities].map(([key, words]) => (words.length === 0 ? key : `${key}=${words.join(" ")}`));
  return Buffer.concat([encodeLines(["version 2", ...lines]), FLUSH]);
}

/** Writes an answer; the reverse of parseRefs. */
export function encodeRefs(refs: readonly RemoteRef[]): Buffer {
  const lines = refs.map(({ name, oid, target, peeled }) => {
    const attributes = [...(target === undefined ? [] : [`symref-target:${target}`]), ...(peeled === undefined ? [] : [`peeled:${peeled}`])];
    return [oid ?? "unborn", name, ...attributes].join(" ");
  });
  return Buffer.concat([encodeLines(lines), FLUSH]);
}

/** Reads the part of a fetch request that decides about the answer; the reverse of encodeFetch. */
export function parseFetch(packets: readonly Packet[]): FetchRequest {
  const lines = packets.filter((packet) => packet.kind === "Data").map((packet) => lineOf(packet.payload));
  const values = (key: string): string[] => lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  return { wants: values("want"), haves: values("have"), depth: Number(values("deepen")[0] ?? 0) };
}

/** Writes an answer with one pack. */
export function encodeFetchAnswer(shallow: readonly string[], pack: Uint8Array): Buffer {
  const info = shallow.length === 0 ? [] : [encodeLines(["shallow-info", ...shallow.map((oid) => `shallow ${oid}`)]), DELIMITER];
  const bands: Buffer[] = [];
  for (let at = 0; at < pack.length; at += MAX_PAYLOAD - 1) {
    bands.push(encodeBand(1, pack.subarray(at, at + MAX_PAYLOAD - 1)));
  }
  return Buffer.concat([...info, encodeLines(["packfile"]), ...bands, FLUSH]);
}

/** One packet of a band. */
export function encodeBand(band: 1 | 2 | 3, data: Uint8Array | string): Buffer {
  return encodePacket(Buffer.concat([Buffer.from([band]), Buffer.from(data)]));
}
