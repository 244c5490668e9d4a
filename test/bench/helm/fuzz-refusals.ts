const OURS = /^chart-\d+\/(\S+?:\d+(?::\d+)?): ([^]*?)(?:; it was called from chart-\d+\/(\S+:\d+))?$/;
const THEIR_PLACES = /\bfuzz\/(\S+?\.(?:yaml|tpl|txt):\d+(?::\d+)?)(?=[\s:)])/g;

/** What Helm tells before its reason: the expression, the functions that were called there, or where parsing or the chart itself ended it. */
const LEAD = String.raw`>:\s+|error calling \w+:\s+|(?:parse|execution) error at \([^)]*\): |executing ".*?" `;

/**
 * What Driftless words otherwise on purpose. It leaves out what Helm prints of values and of texts that templates made, as
 * they may be secret; where such a thing stands in the middle of a reason, it writes `…`, which saidBy takes for anything.
 */
const LEFT_OUT = {
  /** Before the same reason: the text that tpl cannot parse. */
  before: String.raw`cannot parse template "[^]*": template: gotpl:\d+: `,
  /** The values that eq and ne cannot compare. */
  within: [
    [/^non-comparable types (\S+(?: \{\})?) and (\S+(?: \{\})?)$/, "non-comparable types [^]*: $1, $2: [^]*"],
    [/^non-comparable type (\S+(?: \{\})?)$/, "non-comparable type [^]*: $1"],
  ],
} as const;

/** What steers a terminal is never shown. */
const STEERING = /[^\P{Cc}\t\n]|\p{Bidi_Control}/gu;

/** What offsets beyond it, which no text has, are told as. */
const LARGEST = String(Number.MAX_SAFE_INTEGER);

/** The readers of TOML and YAML say the same in words of their own. */
const READERS = /toml|yaml/;

/** True where both refuse the same template for the same reason at the same place: file, line and column, and the line of the file that was rendered. */
export function isSameRefusal(ours: string, theirs: string): boolean {
  const told = theirs.split("\n\nUse --debug", 1).join("").replaceAll(STEERING, "").trimEnd();
  const places = Array.from(told.matchAll(THEIR_PLACES), ([, place = ""]) => place);
  const [outer] = places;
  const inner = places.at(-1);
  if (outer === undefined || inner === undefined) return true; // the chart itself is refused
  const [, place = "", reason = "", from] = OURS.exec(ours) ?? [];
  return place === fromOne(inner) && (from === undefined || from === lineOf(outer)) && (saidBy(reason).test(told) || READERS.test(reasonIn(told)));
}

/** Helm counts columns from 0. */
const fromOne = (place: string): string => place.replace(/(?<=:\d+:)\d+$/, (column) => String(Number(column) + 1));

const lineOf = (place: string): string => place.replace(/(?<=:\d+):\d+$/, "");

const reasonIn = (told: string): string => (told.split(/>:\s+/).at(-1) ?? "").replace(/^(?:error calling \w+:\s+)+/, "");

/** What Helm may say where Driftless gives this reason. */
function saidBy(reason: string): RegExp {
  const [form, theirs] = LEFT_OUT.within.find(([ours]) => ours.test(reason)) ?? [];
  const said = form === undefined || theirs === undefined ? patternOf(reason) : reason.replace(form, (_, first: string, second = "") => theirs.replace("$1", () => patternOf(first)).replace("$2", () => patternOf(second)));
  return new RegExp(`(?:${LEAD}|${LEFT_OUT.before})${said}$`);
}

/** The text as a pattern: what is hidden may be anything, and Helm breaks lines as it likes. */
const patternOf = (text: string): string =>
  text
    .trimEnd()
    .split("…")
    .map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`).replaceAll(LARGEST, String.raw`\d{16,20}`))
    .join("[^]*?");
