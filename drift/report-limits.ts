/**
 * A report within bounds: every text within the limit of its field in src/api/drift-report.ts, every list within its number
 * of items and its share of bytes, all of it together below 512 KiB. etcd takes 1.5 MiB, and the managed fields and the
 * copy that a write needs have to fit in as well. What does not fit is cut off at the end of its list, and counted.
 */
import { shorten } from "../src/api/conditions.ts";
import type { DriftCoverage, DriftFight, DriftFinding, DriftHold } from "../src/api/drift-report.ts";

/** Items and bytes of each list. */
export const REPORT_LIMITS = {
  findings: { items: 200, bytes: 248 << 10 },
  reverted: { items: 50, bytes: 96 << 10 },
  byActor: { items: 32, bytes: 16 << 10 },
  byField: { items: 32, bytes: 40 << 10 },
  holds: { items: 64, bytes: 24 << 10 },
  fights: { items: 64, bytes: 32 << 10 },
  unmanaged: { items: 200, bytes: 40 << 10 },
  unread: { items: 32, bytes: 12 << 10 },
} as const;

/** Characters of the texts in a finding. */
const TEXT_LIMITS = { object: 700, path: 1024, desired: 512, live: 512, manager: 256, operation: 64, user: 256, userAgent: 256 } as const;
const TEXTS = Object.keys(TEXT_LIMITS) as readonly (keyof typeof TEXT_LIMITS)[]; // its own keys
const NAME_LIMIT = 256;
const CAUSE_LIMIT = 512;
const MAX_GROUPS = 16;
const MAX_MANAGERS = 8;
const MAX_FIELDS = 16;
const NAMES_IN_FIGHT = { items: MAX_MANAGERS, bytes: 4 << 10 };
const FIELDS_IN_FIGHT = { items: MAX_FIELDS, bytes: 8 << 10 };

/** The beginning of a list that fits. */
export function fitting<T>(list: readonly T[], { items, bytes }: { readonly items: number; readonly bytes: number }): readonly T[] {
  let left = bytes;
  const end = list.slice(0, items).findIndex((item) => (left -= bytesOf(item)) < 0);
  return list.slice(0, end < 0 ? items : end);
}

/** The finding with every text within its limit; itself where it is. */
export function boundedFinding(finding: DriftFinding): DriftFinding {
  const texts = TEXTS.flatMap((name): [string, string][] => {
    const text = finding[name];
    return text === undefined || text.length <= TEXT_LIMITS[name] ? [] : [[name, shorten(text, TEXT_LIMITS[name])]];
  });
  const { groups } = finding;
  const wide = groups !== undefined && (groups.length > MAX_GROUPS || groups.some(({ length }) => length > NAME_LIMIT));
  if (texts.length === 0 && !wide) return finding;
  return { ...finding, ...Object.fromEntries(texts), ...(wide ? { groups: bounded(groups, MAX_GROUPS, NAME_LIMIT) } : {}) };
}

/** The same for a hold. */
export function boundedHold({ object, by, until }: DriftHold): DriftHold {
  return { ...(object === undefined ? {} : { object: shorten(object, TEXT_LIMITS.object) }), ...(by === undefined ? {} : { by: shorten(by, NAME_LIMIT) }), until };
}

/** The same for a fight. */
export function boundedFight(fight: DriftFight): DriftFight {
  const managers = fitting(bounded(fight.managers, MAX_MANAGERS, NAME_LIMIT), NAMES_IN_FIGHT);
  return { ...fight, object: shorten(fight.object, TEXT_LIMITS.object), managers, fields: fitting(bounded(fight.fields, MAX_FIELDS, TEXT_LIMITS.path), FIELDS_IN_FIGHT) };
}

/** The same for coverage: objects that do not fit are counted, kinds that do not are told as one. */
export function boundedCoverage(coverage: DriftCoverage): DriftCoverage {
  const { objects = [], unread = [], truncated = 0, ...rest } = coverage;
  const listed = fitting(objects.map((object) => shorten(object, TEXT_LIMITS.object)), REPORT_LIMITS.unmanaged);
  const left = truncated + objects.length - listed.length;
  const kinds = fittingKinds(unread.map((kind) => shorten(kind, CAUSE_LIMIT)));
  return { ...rest, ...(listed.length === 0 ? {} : { objects: listed }), ...(left === 0 ? {} : { truncated: left }), ...(kinds.length === 0 ? {} : { unread: kinds }) };
}

function fittingKinds(unread: readonly string[]): readonly string[] {
  const { items, bytes } = REPORT_LIMITS.unread;
  const all = fitting(unread, REPORT_LIMITS.unread);
  if (all.length === unread.length) return all;
  const some = fitting(unread, { items: items - 1, bytes: bytes - 64 });
  return [...some, `and ${unread.length - some.length} more kinds`];
}

const bounded = (texts: readonly string[], items: number, limit: number): readonly string[] => texts.slice(0, items).map((text) => shorten(text, limit));

/** Bytes of a value as the API server stores it: Go writes these characters as six. */
function bytesOf(value: unknown): number {
  const text = JSON.stringify(value);
  return Buffer.byteLength(text) + 5 * (text.match(/[<>&\u2028\u2029]/g)?.length ?? 0) + 1;
}
