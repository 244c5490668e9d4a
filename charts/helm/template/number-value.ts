/* Go's ideal constants: a literal is every type that can hold its value, and the place where it stands chooses. */
import { parseFloat, parseInt, parseUint, quote, unquoteChar } from "../go/strconv.ts";
import { Complex } from "./complex.ts";

/** What a number literal is worth; a type that cannot hold it is undefined. */
export interface NumberValue {
  readonly integer: bigint | undefined;
  readonly unsigned: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: Complex | undefined;
}

const FLOAT_MARK = /[.eEpP]/;
const PAIR = /^(.*[^eEpP])([+-].*)i$/;

/** Natural numbers without anything that has a meaning, which nearly all are. */
const PLAIN = /^(?:0|[1-9]\d{0,14})$/;

/** The worth of a literal as the lexer found it. Throws Error with Go's text where it is none. */
export function numberValue(text: string, kind: "number" | "complex" | "character"): NumberValue {
  if (PLAIN.test(text)) return ofPlain(Number(text));
  if (kind === "character") return ofCharacter(text);
  if (kind === "complex") return ofComplex(text);
  const imaginary = text.endsWith("i") ? parseFloat(text.slice(0, -1)) : undefined;
  return imaginary !== undefined && imaginary.error === undefined ? simplified(new Complex(0, imaginary.value)) : ofNumber(text);
}

/** True where a literal is written as a float64: `1.0`, `1e3`, `0x1p4`. */
export function isFloatText(text: string): boolean {
  const isHexInteger = /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text);
  return !isHexInteger && !text.startsWith("'") && FLOAT_MARK.test(text);
}

function ofPlain(float: number): NumberValue {
  const integer = BigInt(float);
  return { integer, unsigned: integer, float, complex: undefined };
}

function ofNumber(text: string): NumberValue {
  const signed = parseInt(text, 0);
  const unsigned = parseUint(text, 0);
  const integer = signed.error === undefined ? signed.value : undefined;
  const natural = integer === 0n ? 0n : unsigned.error === undefined ? unsigned.value : undefined;
  if (integer !== undefined || natural !== undefined) return { integer, unsigned: natural, float: Number(integer ?? natural), complex: undefined };
  const { value, error } = parseFloat(text);
  if (error !== undefined) throw new Error(`illegal number syntax: ${quote(text)}`);
  if (!FLOAT_MARK.test(text)) throw new Error(`integer overflow: ${quote(text)}`);
  return ofFloat(value);
}

function ofFloat(value: number, complex?: Complex): NumberValue {
  const isWhole = Number.isInteger(value);
  return {
    integer: isWhole && value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : undefined,
    unsigned: isWhole && value >= 0 && value < 2 ** 64 ? BigInt(value) : undefined,
    float: value,
    complex,
  };
}

function ofCharacter(text: string): NumberValue {
  const character = unquoteChar(text, 1, "'");
  if (character === undefined) throw new Error("invalid syntax");
  if (text.slice(character.end) !== "'") throw new Error(`malformed character constant: ${text}`);
  const code = BigInt(character.code);
  return { integer: code, unsigned: code, float: character.code, complex: undefined };
}

function ofComplex(text: string): NumberValue {
  const [, real = "", imaginary = ""] = PAIR.exec(text) ?? [];
  if (real.includes("i")) throw new Error("syntax error scanning complex number");
  return simplified(new Complex(partOf(real), partOf(imaginary)));
}

function partOf(text: string): number {
  const { value, error } = parseFloat(text);
  if (error !== undefined) throw new Error(`strconv.ParseFloat: parsing ${quote(text)}: ${error}`);
  return value;
}

/** A complex number without an imaginary part is a float as well. */
function simplified(complex: Complex): NumberValue {
  if (complex.imaginary !== 0) return { integer: undefined, unsigned: undefined, float: undefined, complex };
  return ofFloat(complex.real, complex);
}
