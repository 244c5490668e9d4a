import { compareText } from "../go/bytes.ts";
import { GoList, GoMap, type CallScope, type FunctionTable, type GoValue } from "../go/value.ts";
import { textsFrom, textFrom } from "./cast.ts";
import { define, fn } from "./define.ts";
import { joinTexts, splitText } from "./text.ts";

/** Sprig's functions between a text and its parts. */
export const partFunctions: FunctionTable = define({
  join: fn(["string", "any"], join),
  split: fn(["string", "string"], (separator, text, scope) => numbered(cut(text, separator, -1, scope))),
  splitn: fn(["string", "int", "string"], (separator, limit, text, scope) => numbered(cut(text, separator, limit, scope))),
  splitList: fn(["string", "string"], (separator, text, scope) => new GoList(cut(text, separator, -1, scope), "[]string")),
  sortAlpha: fn(["any"], (list, scope) => new GoList(sorted(list, scope), "[]string")),
});

function join(separator: string, value: GoValue, scope: CallScope): string {
  const texts = textsFrom(value, scope.spendText);
  scope.spendText(separator.length * texts.length);
  return joinTexts(texts, separator);
}

/** The parts under `_0`, `_1` and so on. */
function numbered(parts: readonly string[]): GoMap {
  const entries = new Map<string, GoValue>();
  for (const [index, part] of parts.entries()) entries.set(`_${index}`, part);
  return new GoMap(entries, "map[string]string");
}

/** Sorted byte by byte. What is no list is one text, nil too. */
function sorted(value: GoValue, { spendText }: CallScope): readonly string[] {
  return value instanceof GoList ? [...textsFrom(value, spendText)].sort(compareText) : [textFrom(value, spendText)];
}

function cut(text: string, separator: string, limit: number, scope: CallScope): readonly string[] {
  scope.spendText(text.length);
  return splitText(text, separator, limit);
}
