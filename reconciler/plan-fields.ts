import type { DriftFinding } from "../src/api/drift-report.ts";

/** What a write does to a field, from live to desired, with who set what it undoes. `limit`: characters of a value. */
export function changeText({ class: kind, path = "", desired = "nothing", live = "nothing", user, manager }: DriftFinding, limit: number): string {
  switch (kind) {
    case "Modified":
      return `${path}: ${cut(live, limit)} → ${cut(desired, limit)}${setBy(user ?? manager)}`;
    case "Missing":
      return path === "" ? "is not there any more" : `${path}: nothing → ${cut(desired, limit)}`;
    case "Extra":
      return `${path}: ${cut(live, limit)} → removed${setBy(user ?? manager)}`;
    case "OwnershipLost":
      return `the membership label is put back${setBy(user ?? manager)}`;
  }
}

/** A difference that stays: what is there instead of what is desired, with who set it. `limit`: characters of a value. */
export function differenceText({ class: kind, path = "", desired = "nothing", live = "nothing", user, manager }: DriftFinding, limit: number): string {
  switch (kind) {
    case "Modified":
      return `${path}: is ${cut(live, limit)} instead of ${cut(desired, limit)}${setBy(user ?? manager)}`;
    case "Missing":
      return path === "" ? "is not there" : `${path}: is not there, instead of ${cut(desired, limit)}`;
    case "Extra":
      return `${path}: is ${cut(live, limit)}, which the source does not ask for${setBy(user ?? manager)}`;
    case "OwnershipLost":
      return `the membership label is gone${setBy(user ?? manager)}`;
  }
}

const setBy = (author: string | undefined): string => (author === undefined ? "" : `  (set by ${author})`);

const cut = (value: string, limit: number): string => (value.length <= limit ? value : `${value.slice(0, limit)}…`);
