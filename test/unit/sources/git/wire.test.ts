import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseCapabilities } from "../../../../sources/git/capabilities.ts";
import { encodeFetch, readPack } from "../../../../sources/git/fetch-wire.ts";
import { encodeLsRefs, parseRefs } from "../../../../sources/git/ls-refs.ts";
import { DELIMITER, encodeLines, encodePacket, FLUSH, PktLineDecoder } from "../../../../sources/git/pkt-line.ts";
import type { Packet } from "../../../../sources/git/pkt-line.ts";
import { encodeBand, encodeCapabilities, encodeFetchAnswer, encodeRefs, parseFetch } from "../../../support/git-wire.ts";

const decode = (bytes: Buffer): Packet[] => new PktLineDecoder().push(bytes);
const oid = fc.stringMatching(/^[0-9a-f]{40}$/);
const A = "a".repeat(40);
const B = "b".repeat(40);

async function pack(answer: Buffer): Promise<Buffer> {
  const parts: Buffer[] = [];
  const packets = async function* (): AsyncGenerator<Packet> {
    yield* decode(answer);
  };
  for await (const part of readPack(packets())) parts.push(part);
  return Buffer.concat(parts);
}

const server = new Map([
  ["agent", ["git/2.39.5"]],
  ["ls-refs", ["unborn"]],
  ["fetch", ["shallow", "wait-for-done", "filter"]],
  ["server-option", []],
  ["object-format", ["sha1"]],
]);

test("an advertisement is read with and without the line of the HTTP service", () => {
  const bytes = encodeCapabilities(server);
  expect(parseCapabilities(decode(bytes))).toEqual(server);
  const service = Buffer.concat([encodeLines(["# service=git-upload-pack"]), FLUSH]);
  expect(parseCapabilities(decode(Buffer.concat([service, bytes])))).toEqual(server);
});

test.each([
  ["an older protocol", `${A} HEAD\0multi_ack`, /older protocol instead of Git protocol version 2/],
  ["an error", "ERR no such repository", /the server refused: no such repository/],
])("%s in place of an advertisement is told", (_what, line, message) => {
  expect(() => parseCapabilities(decode(Buffer.concat([encodeLines([line]), FLUSH])))).toThrow(message);
});

test("a server that lacks what is needed is told", () => {
  expect(() => parseCapabilities(decode(encodeCapabilities(new Map([...server, ["object-format", ["sha256"]]]))))).toThrow(/sha256 object ids/);
  expect(() => parseCapabilities(decode(encodeCapabilities(new Map([...server, ["fetch", []]]))))).toThrow(/no shallow fetch/);
  expect(() => parseCapabilities([])).toThrow(/empty answer/);
});

test("refs come back as they were sent", () => {
  const ref = fc.record(
    { name: fc.stringMatching(/^refs\/[a-z0-9/._-]{1,30}$/), oid: fc.option(oid, { nil: undefined }), target: fc.constant("refs/heads/main"), peeled: oid },
    { requiredKeys: ["name", "oid"] },
  );
  fc.assert(
    fc.property(fc.array(ref), (refs) => {
      expect(parseRefs(decode(encodeRefs(refs)))).toEqual(refs);
    }),
  );
});

test("a list of refs that ends early, is malformed or an error is refused", () => {
  expect(() => parseRefs(decode(encodeLines([`${A} HEAD`])))).toThrow(/ended early/);
  expect(() => parseRefs(decode(Buffer.concat([encodeLines(["hello"]), FLUSH])))).toThrow(/malformed line/);
  expect(() => parseRefs(decode(Buffer.concat([encodeLines(["ERR go away"]), FLUSH])))).toThrow(/refused to list refs: go away/);
});

test("a request for refs asks for peeled tags, symbolic refs and the prefixes", () => {
  const lines = decode(encodeLsRefs(["HEAD", "refs/tags/v1"], true)).map((packet) => (packet.kind === "Data" ? packet.payload.toString().trim() : packet.kind));
  expect(lines).toEqual(["command=ls-refs", "agent=driftless", "object-format=sha1", "Delimiter", "peel", "symrefs", "unborn", "ref-prefix HEAD", "ref-prefix refs/tags/v1", "Flush"]);
});

test("a fetch request is read back by the other end", () => {
  fc.assert(
    fc.property(fc.array(oid, { minLength: 1, maxLength: 3 }), fc.array(oid, { maxLength: 3 }), fc.integer({ min: 1, max: 100 }), (wants, haves, depth) => {
      expect(parseFetch(decode(encodeFetch({ wants, haves, depth })))).toEqual({ wants, haves, depth });
    }),
  );
});

test("a pack comes back as it was sent, also when it needs several packets", async () => {
  for (const size of [0, 1, 65_515, 65_516, 200_000]) {
    const bytes = Buffer.alloc(size, "pack");
    expect(await pack(encodeFetchAnswer([A], bytes))).toEqual(bytes);
    expect(await pack(encodeFetchAnswer([], bytes))).toEqual(bytes);
  }
});

test("progress is skipped and the last words of the server end the fetch", async () => {
  const begin = encodeLines(["packfile"]);
  expect(await pack(Buffer.concat([begin, encodeBand(2, "counting"), encodeBand(1, "x"), encodeBand(2, "done"), FLUSH]))).toEqual(Buffer.from("x"));
  await expect(pack(Buffer.concat([begin, encodeBand(1, "x"), encodeBand(3, "out of memory\n"), FLUSH]))).rejects.toMatchObject({ code: "GIT_PROTOCOL", message: "the server stopped the fetch: out of memory" });
});

test.each([
  ["ends early", Buffer.concat([encodeLines(["packfile"]), encodeBand(1, "x")]), "GIT_PACK_INVALID"],
  ["ends before the pack", Buffer.concat([encodeLines(["shallow-info", `shallow ${A}`]), DELIMITER]), "GIT_PACK_INVALID"],
  ["has no pack", Buffer.concat([encodeLines(["shallow-info", `shallow ${A}`]), FLUSH]), "GIT_PROTOCOL"],
  ["has an unknown band", Buffer.concat([encodeLines(["packfile"]), encodePacket("\u0007x"), FLUSH]), "GIT_PROTOCOL"],
  ["has an empty packet", Buffer.concat([encodeLines(["packfile"]), encodePacket(""), FLUSH]), "GIT_PROTOCOL"],
  ["refuses a commit", encodeLines([`ERR upload-pack: not our ref ${B}`]), "GIT_REF_NOT_FOUND"],
  ["refuses everything", encodeLines(["ERR access denied or repository not exported"]), "GIT_PROTOCOL"],
])("an answer that %s is an error", async (_what, answer, code) => {
  await expect(pack(answer)).rejects.toMatchObject({ code });
});
