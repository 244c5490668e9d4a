import type { MessageContent } from "../message.ts";
import type { DigestEntry, DigestState } from "./state.ts";
import { MAX_LINE, counted, oneLine } from "./text.ts";

const MAX_APPS = 10;
const MAX_NAMES = 3;

/** What was corrected since the last digest: the Applications with most of it, who and what. Pure. */
export function digestContent(digest: DigestState, now: number): MessageContent {
  const { total, other, missed, since = now } = digest;
  const apps = [...digest.apps.values()].sort((left, right) => right.total - left.total || (left.name < right.name ? -1 : 1));
  const hidden = apps.slice(MAX_APPS).reduce((sum, { total }) => sum + total, other);
  return {
    state: "Digest",
    class: "Drift",
    severity: "Info",
    title: total === 0 ? "What came and went in quiet hours" : `Drift corrected: ${total} in ${counted(apps.length, "Application")}`,
    lines: [
      ...apps.slice(0, MAX_APPS).map(appLine),
      ...(hidden === 0 ? [] : [`${hidden} in ${other === 0 ? counted(apps.length - MAX_APPS, "other Application") : "other Applications"}`]),
      ...(missed === 0 ? [] : [`${counted(missed, "episode")} came and went while quiet hours lasted`]),
    ],
    fields: [],
    subjects: apps.slice(0, MAX_APPS).map(({ name }) => name),
    suppressed: missed,
    openedAt: new Date(since).toISOString(),
    updatedAt: new Date(now).toISOString(),
  };
}

const appLine = ({ name, total, actors, fields }: DigestEntry): string => oneLine(`${name}: ${total}, by ${namesText(actors)}; ${namesText(fields)}`, MAX_LINE);

function namesText(counts: readonly (readonly [string, number])[]): string {
  const most = counts.toSorted(([, left], [, right]) => right - left);
  const rest = most.length - MAX_NAMES;
  return `${most.slice(0, MAX_NAMES).map(([name, count]) => `${name} (${count})`).join(", ")}${rest > 0 ? ` +${rest} more` : ""}`;
}
