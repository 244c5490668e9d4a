import { ByteStream } from "../crypto/byte-stream.ts";
import type { CallScope, FunctionTable, GoFunction } from "../go/value.ts";
import { define, fn } from "./define.ts";

/** Bytes of a seed; every function takes one seed, so that what it does with it changes no other call. */
const SEED = 32;

/** The random bytes of one call, for one purpose. */
export const streamOf = (scope: CallScope, purpose: string): ByteStream => new ByteStream(scope.random(SEED), purpose);

const span = (from: number, to: number): string => String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, index) => from + index));
const DIGITS = span(0x30, 0x39);
const LETTERS = span(0x41, 0x5a) + span(0x61, 0x7a);

/** A text of so many characters; none for a negative count. */
function randomText(characters: string): Omit<GoFunction, "name"> {
  return fn(["int"], (count, scope) => {
    scope.spend(5 + Math.max(count, 0) / 2);
    scope.spendText(Math.max(count, 0));
    const stream = streamOf(scope, "text");
    let text = "";
    for (let made = 0; made < count; made += 1) text += characters.charAt(stream.below(characters.length));
    return text;
  });
}

const randBytes = fn(["int"], (count, scope) => {
  if (count < 0) throw new Error("runtime error: makeslice: len out of range");
  scope.spend(5 + count / 100);
  scope.spendText(count * 2);
  return streamOf(scope, "bytes").bytes(count).toString("base64");
});

const uuidv4 = fn([], (scope) => {
  const bytes = streamOf(scope, "uuid").bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
});

const shuffle = fn(["string"], (text, scope) => {
  scope.spend(5 + text.length / 2);
  const stream = streamOf(scope, "shuffle");
  const characters = Array.from(text.toWellFormed());
  for (let last = characters.length - 1; last > 0; last -= 1) {
    const other = stream.below(last + 1);
    [characters[last], characters[other]] = [characters[other] ?? "", characters[last] ?? ""];
  }
  return characters.join("");
});

/** Sprig's random texts. What they give depends on the scope's random bytes alone: a re-render gives the same, see RandomSource. */
export const RANDOM_TEXT_FUNCTIONS: FunctionTable = define({
  randAlpha: randomText(LETTERS),
  randAlphaNum: randomText(LETTERS + DIGITS),
  randNumeric: randomText(DIGITS),
  randAscii: randomText(span(0x20, 0x7e)),
  randBytes,
  uuidv4,
  shuffle,
});
