import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DELIMITER, encodePacket, FLUSH, lineOf, MAX_PAYLOAD, PktLineDecoder } from "../../../../sources/git/pkt-line.ts";
import type { Packet } from "../../../../sources/git/pkt-line.ts";

const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes): Packet => ({ kind: "Data", payload: Buffer.from(bytes) })),
  fc.constant<Packet>({ kind: "Flush" }),
  fc.constant<Packet>({ kind: "Delimiter" }),
  fc.constant<Packet>({ kind: "ResponseEnd" }),
);

function encode(value: Packet): Buffer {
  switch (value.kind) {
    case "Data":
      return encodePacket(value.payload);
    case "Flush":
      return FLUSH;
    case "Delimiter":
      return DELIMITER;
    case "ResponseEnd":
      return Buffer.from("0002");
  }
}

test("packets come back as they were sent, wherever the stream is cut into chunks", () => {
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (packets, cuts) => {
      const bytes = Buffer.concat(packets.map(encode));
      const decoder = new PktLineDecoder();
      const decoded: Packet[] = [];
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const length = cuts[cut % cuts.length] ?? 1;
        decoded.push(...decoder.push(bytes.subarray(at, at + length)));
        at += length;
      }
      decoder.finish();
      expect(decoded).toEqual(packets);
    }),
  );
});

test("the longest packet is taken and a longer one is not made", () => {
  const [largest] = new PktLineDecoder().push(encodePacket(Buffer.alloc(MAX_PAYLOAD)));
  expect(largest).toMatchObject({ kind: "Data", payload: { length: MAX_PAYLOAD } });
  expect(() => encodePacket(Buffer.alloc(MAX_PAYLOAD + 1))).toThrow(RangeError);
});

test.each(["0003", "zzzz", "fff1", "-001", "<htm"])("the length %s is refused", (length) => {
  expect(() => new PktLineDecoder().push(Buffer.from(`${length}payload`))).toThrow(/not the length of a packet/);
});

test("a stream that ends inside a packet is an error", () => {
  for (const cut of ["0", "0009", "0009done"]) {
    const decoder = new PktLineDecoder();
    expect(decoder.push(Buffer.from(cut))).toEqual([]);
    expect(() => decoder.finish()).toThrow(/ended inside a packet/);
  }
});

test("a line is read with and without its line end", () => {
  expect([lineOf(Buffer.from("version 2\n")), lineOf(Buffer.from("version 2")), lineOf(Buffer.from(""))]).toEqual(["version 2", "version 2", ""]);
});
