/** Rules across fields: the CEL that the API server runs and the same decision for files that never reach a server. */
import { isJsonObject } from "../object/json.ts";
import type { Json } from "../object/json.ts";
import { parseDuration } from "./duration.ts";
import type { Rule } from "./schema.ts";

/** A CEL rule with its twin: `holds` gets a value that already has the right type and fits its patterns. */
export interface CheckedRule extends Rule {
  readonly holds: (value: Json) => boolean;
}

const SHORTEST_INTERVAL = "5s";

const member = (value: Json, name: string): Json | undefined => (isJsonObject(value) ? value[name] : undefined);
const has = (value: Json, name: string): boolean => member(value, name) !== undefined;

/** A ref names a branch, a tag or a commit; only branch and commit go together. */
export const oneRef: CheckedRule = {
  rule: "!(has(self.branch) && has(self.tag)) && !(has(self.tag) && has(self.commit))",
  message: "name one of branch, tag or commit",
  holds: (ref) => !(has(ref, "tag") && (has(ref, "branch") || has(ref, "commit"))),
};

/** A source is not polled faster than the remote can take. */
export const intervalFloor: CheckedRule = {
  rule: `!has(self.interval) || duration(self.interval) >= duration('${SHORTEST_INTERVAL}')`,
  message: `interval must be at least ${SHORTEST_INTERVAL}; for faster syncs set webhook`,
  holds: (spec) => {
    const interval = member(spec, "interval");
    return typeof interval !== "string" || parseDuration(interval) >= parseDuration(SHORTEST_INTERVAL);
  },
};

/** Every rule that a schema of ours may carry. */
export const checkedRules: readonly CheckedRule[] = [oneRef, intervalFloor];
