import { placeOf } from "../../drift/report.ts";
import type { ReportBook } from "../../drift/report.ts";
import type { Application } from "../api/application.ts";
import type { NamespacedName } from "../api/meta.ts";
import type { StoredReport } from "./stored-report.ts";

/** What is known of one Application's drift, and whether it is written. */
export interface ReportState {
  readonly key: NamespacedName;
  /** Undefined: not looked at by this process yet. */
  app: Application | undefined;
  readonly stored: StoredReport;
  /** Undefined until what is stored was read. */
  book: ReportBook | undefined;
  /** What came before that. */
  waiting: ((book: ReportBook) => ReportBook)[];
  /** By place of what is live: when it was told, in monotonic milliseconds. */
  readonly since: Map<string, number>;
  /** What metrics tell. */
  shown: ReportBook | undefined;
  dirty: boolean;
  writing: Promise<void> | undefined;
  cancelLater: (() => void) | undefined;
}

/** A state in which nothing is written and nothing waits; `book` undefined: what is stored has still to be read. */
export const newState = (key: NamespacedName, stored: StoredReport, book: ReportBook | undefined): ReportState => ({
  key, stored, book, app: undefined, waiting: [], since: new Map(), shown: undefined, dirty: false, writing: undefined, cancelLater: undefined,
});

/** True for a report that tells of something which may be over. */
export const isOpen = ({ live, unlisted, parts }: ReportBook): boolean => live.length + unlisted + parts.holds.length + parts.fights.length > 0;

/** What is not live any more needs no time. */
export function forgetTimes(since: Map<string, number>, { live }: ReportBook): void {
  if (since.size <= live.length) return;
  const places = new Set(live.map(placeOf));
  for (const place of since.keys()) if (!places.has(place)) since.delete(place);
}
