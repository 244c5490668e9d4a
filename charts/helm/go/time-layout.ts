/*
 * Go's layouts: a date is shown by writing the reference time, Mon Jan 2 15:04:05 MST 2006, the way it is to look.
 * https://pkg.go.dev/time#Layout
 */

/** A piece of a layout: literal text, followed by an element except at the end. */
export interface LayoutPart {
  readonly literal: string;
  /** `2006`, `Jan`, `-07:00` …; of fractions of a second `.0` (all digits) or `.9` (without trailing zeros); empty at the end. */
  readonly element: string;
  /** The element as it is written in the layout. */
  readonly text: string;
}

const ELEMENT =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|-070000|-07:00:00|-0700|-07:00|-07|Z070000|Z07:00:00|Z0700|Z07:00|Z07|[.,]0+(?![0-9])|[.,]9+(?![0-9])/g;

/** How many layouts are kept, and how long ones. */
const MAX_KEPT = 200;
const MAX_LENGTH = 100;
const kept = new Map<string, readonly LayoutPart[]>();

/** The parts of a layout; the last one has no element. */
export function layoutParts(layout: string): readonly LayoutPart[] {
  const known = kept.get(layout);
  if (known !== undefined) return known;
  const parts = split(layout);
  if (layout.length > MAX_LENGTH) return parts;
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(layout, parts);
  return parts;
}

function split(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let done = 0;
  for (const { 0: text, index } of layout.matchAll(ELEMENT)) {
    parts.push({ literal: layout.slice(done, index), element: elementOf(text), text });
    done = index + text.length;
  }
  return [...parts, { literal: layout.slice(done), element: "", text: "" }];
}

function elementOf(text: string): string {
  if (text.startsWith(".") || text.startsWith(",")) return text.charAt(1) === "0" ? ".0" : ".9";
  return text;
}

export const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"] as const;
export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
