import { createHash } from "node:crypto";
import { toBytes } from "../go/bytes.ts";
import type { FunctionTable, GoFunction } from "../go/value.ts";
import { define, fn } from "./define.ts";

/** Bytes that a microsecond is enough for. */
const BYTES_PER_UNIT = 300;

function hash(name: string): Omit<GoFunction, "name"> {
  return fn(["string"], (text, scope) => {
    scope.spend(1 + text.length / BYTES_PER_UNIT);
    return createHash(name).update(toBytes(text)).digest("hex");
  });
}

const adler32sum = fn(["string"], (text, scope) => {
  scope.spend(text.length / BYTES_PER_UNIT);
  return `${adler32(toBytes(text))}`;
});

/** Sprig's checksums of a text's bytes: hexadecimal, adler32 decimal. */
export const HASH_FUNCTIONS: FunctionTable = define({ sha1sum: hash("sha1"), sha256sum: hash("sha256"), sha512sum: hash("sha512"), adler32sum });

/** RFC 1950, section 9. */
function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}
