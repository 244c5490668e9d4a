/** Texts of messages: single lines, bounded, without anything that steers what shows them. */
import { summarize } from "../../../drift/summary.ts";
import type { DriftFinding } from "../../api/drift-report.ts";
import { formatDuration } from "../../api/duration.ts";
import type { Severity } from "../../api/notifier.ts";
import { severities } from "../../api/notifier.ts";
import { cleanText } from "../text/clean.ts";
import { cutText } from "../text/cut.ts";

/** UTF-16 units of a summary, of a line below it, and of a value in a field. */
export const MAX_SUMMARY = 300;
export const MAX_LINE = 240;
export const MAX_VALUE = 120;

/** One visible line of at most `max` UTF-16 units. */
export const oneLine = (text: string, max: number): string => cutText(cleanText(text), max);

/** `3 fields`, `1 field`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A span of time as it is said at an end, in whole seconds. */
export const spanText = (ms: number): string => formatDuration(Math.max(1, Math.round(ms / 1000)) * 1000);

/** One finding as one line, without its age: a message stays when time goes on. */
export function findingText({ changedAt: _age, ...finding }: DriftFinding): string {
  return oneLine(summarize(finding, new Date(0)), MAX_LINE);
}

/** Whether `left` matters more than `right`. */
export const graver = (left: Severity, right: Severity): boolean => severities.indexOf(left) > severities.indexOf(right);

/** The gravest of some; Info of none. */
export const gravest = (all: readonly Severity[]): Severity => all.reduce<Severity>((most, one) => (graver(one, most) ? one : most), "Info");
