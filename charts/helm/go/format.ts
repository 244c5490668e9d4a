import { runeOf } from "./bytes.ts";
import { DirectiveReader, NO_DIRECTIVE, type ReadDirective } from "./format-directive.ts";
import { Meter, type SpendText } from "./format-meter.ts";
import { formatArgument } from "./format-value.ts";
import { plainText } from "./plain-text.ts";
import { typeName } from "./types.ts";
import type { GoValue } from "./value.ts";

export type { SpendText } from "./format-meter.ts";
export { bytesOf } from "./format-value.ts";

/** What `{{ value }}` prints: nil as `<no value>`, everything else as `%v`. Throws where `spend` does, and on values nested too deep. */
export function printValue(value: GoValue, spend?: SpendText): string {
  return value === null ? "<no value>" : textOf(value, spend);
}

/** What `%v` and `toString` make of a value: nil as `<nil>`. Throws likewise. */
export function textOf(value: GoValue, spend?: SpendText): string {
  return typeof value === "string" ? value : plainText(value, new Meter(spend));
}

/** fmt.Sprint: a space between two operands where neither is a text. Throws likewise. */
export function sprint(args: readonly GoValue[], spend?: SpendText): string {
  const meter = new Meter(spend);
  let text = "";
  args.forEach((arg, index) => {
    if (index > 0 && typeof arg !== "string" && typeof args[index - 1] !== "string") text += " ";
    text += plainText(arg, meter);
  });
  return text;
}

/** fmt.Sprintln: spaces between all operands, a line break at the end. Throws likewise. */
export function sprintln(args: readonly GoValue[], spend?: SpendText): string {
  const meter = new Meter(spend);
  return `${args.map((arg) => plainText(arg, meter)).join(" ")}\n`;
}

/** fmt.Sprintf with all of its verbs and flags; what is wrong shows in the text (`%!d(string=a)`). Throws likewise. */
export function sprintf(format: string, args: readonly GoValue[], spend?: SpendText): string {
  const meter = new Meter(spend);
  const reader = new DirectiveReader(format, args);
  let text = "";
  for (;;) {
    const percent = format.indexOf("%", reader.at);
    text += format.slice(reader.at, percent < 0 ? undefined : percent);
    if (percent < 0) break;
    reader.at = percent + 1;
    text += formatNext(reader, args, meter);
  }
  return reader.isReordered || reader.next >= args.length ? text : text + extra(args.slice(reader.next), meter);
}

function formatNext(reader: DirectiveReader, args: readonly GoValue[], meter: Meter): string {
  const simple = simpleVerb(reader, args, meter);
  if (simple !== undefined) return simple;
  const read = reader.read();
  return read.complaints + formatRead(read, reader, args, meter);
}

/** `%s` and `%v` without anything between, of a text or (with `%v`) of anything: nearly all there is. */
function simpleVerb(reader: DirectiveReader, args: readonly GoValue[], meter: Meter): string | undefined {
  const verb = reader.format[reader.at];
  if ((verb !== "s" && verb !== "v") || reader.next >= args.length) return undefined;
  const arg = args[reader.next] ?? null;
  if (verb === "s" && typeof arg !== "string") return undefined;
  reader.next += 1;
  reader.at += 1;
  return plainText(arg, meter);
}

function formatRead({ verb, directive, isGoodIndex }: ReadDirective, reader: DirectiveReader, args: readonly GoValue[], meter: Meter): string {
  if (verb === undefined) return "%!(NOVERB)";
  if (verb === "%") return "%";
  const shown = String.fromCodePoint(runeOf(verb));
  if (!isGoodIndex) return `%!${shown}(BADINDEX)`;
  if (reader.next >= args.length) return `%!${shown}(MISSING)`;
  const arg = args[reader.next] ?? null;
  reader.next += 1;
  return formatArgument(arg, { verb: shown, directive, meter });
}

/** Arguments that no verb took. */
function extra(args: readonly GoValue[], meter: Meter): string {
  const shown = args.map((arg) => (arg === null ? "<nil>" : `${typeName(arg)}=${formatArgument(arg, { verb: "v", directive: NO_DIRECTIVE, meter })}`));
  return `%!(EXTRA ${shown.join(", ")})`;
}
