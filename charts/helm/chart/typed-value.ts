import { parseInt as parseGoInt } from "../go/parse-number.ts";
import { int64, type GoValue } from "../go/value.ts";

const WORDS = /^(?:(true)|(false)|null)$/iu;

/** What `--set` makes of a text: true, false, null, an int64, or the text. */
export function typedValue(text: string): GoValue {
  const word = WORDS.exec(text);
  if (word !== null) return word[1] !== undefined ? true : word[2] !== undefined ? false : null;
  if (text === "0") return int64(0);
  if (!/^[-+1-9]\d*$/.test(text)) return text;
  const { value, error } = parseGoInt(text);
  return error === undefined ? int64(value) : text;
}
