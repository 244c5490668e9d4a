import type { Agreement, Opinion } from "./verdict.ts";

/** Counts of one set. */
export interface Tally {
  readonly cases: number;
  readonly content: number;
  readonly order: number;
  readonly bytes: number;
  readonly refused: number;
  readonly differing: number;
}

/** The outcome of a case, whatever it is compared with. */
export interface Told {
  readonly given: { readonly name: string };
  readonly agreement: Agreement;
  readonly reference?: Opinion;
}

const HAS: Readonly<Record<"content" | "order" | "bytes" | "refused" | "differing", readonly Agreement["kind"][]>> = {
  content: ["Bytes", "Order", "Content", "BothRefuse"],
  order: ["Bytes", "Order", "BothRefuse"],
  bytes: ["Bytes", "BothRefuse"],
  refused: ["Refused"],
  differing: ["Differs", "Crashed"],
};

/** How many cases agree, and how far. */
export function tallyOf(verdicts: readonly Told[]): Tally {
  const count = (name: keyof typeof HAS): number => verdicts.filter(({ agreement }) => HAS[name].includes(agreement.kind)).length;
  return { cases: verdicts.length, content: count("content"), order: count("order"), bytes: count("bytes"), refused: count("refused"), differing: count("differing") };
}

/** Rows of text, columns aligned. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ").trimEnd()).join("\n");
}

/** Why we refuse what the reference builds, with how many cases have that reason, the most frequent first. A case may have several. */
export function reasonsOf(verdicts: readonly Told[]): [reason: string, names: string[]][] {
  const byReason = new Map<string, string[]>();
  for (const { given, agreement } of verdicts) {
    if (agreement.kind !== "Refused" && agreement.kind !== "Crashed") continue;
    for (const reason of agreement.kind === "Crashed" ? [agreement.message] : new Set(agreement.message.split("\n").map(reasonIn))) byReason.set(reason, [...(byReason.get(reason) ?? []), given.name]);
  }
  return [...byReason].sort(([, left], [, right]) => right.length - left.length);
}

/** A reason, how many cases have it, and one of them. */
export const formatReason = ([reason, names]: readonly [string, readonly string[]]): string => `  ${String(names.length).padStart(3)}  ${reason}\n         such as ${names[0]}`;

/** The problem without its place and its names. */
function reasonIn(line: string): string {
  const message = line.replace(/^\s*(?:[^\s:]+(?::\d+){0,2}: )?/, "").replace(/; it was called from .*/, "");
  const [, field = "", what] = /^([\w.[\]]+): (is not supported by this version.*)$/.exec(message) ?? [];
  if (what !== undefined) return `${field}: is not supported`;
  return message.replaceAll(/"[^"]*"/g, '"…"').replaceAll(/\d+/g, "N").slice(0, 120);
}

/** A case and its first difference, on one line. */
export function formatDifference({ given, agreement, reference }: Told, program = "kustomize"): string {
  const name = reference === undefined ? given.name : `${given.name} (v5.8.1 ${reference})`;
  if ("message" in agreement) return `${name}\n      ${agreement.kind === "Crashed" ? "crashed" : "refused"}: ${agreement.message.split("\n").join("\n               ")}`;
  const first = "first" in agreement ? agreement.first : undefined;
  return `${name}\n      ${first === undefined ? `${program}'s text is not at hand; --reference makes it` : `${first.path}\n        ours   ${first.ours}\n        theirs ${first.theirs}`}`;
}
