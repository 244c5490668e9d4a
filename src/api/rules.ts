/** Rules across fields: the CEL that the API server runs and the same decision for files that never reach a server. */
import { isJsonObject, jsonEqual } from "../object/json.ts";
import type { Json } from "../object/json.ts";
import { parseDuration } from "./duration.ts";
import type { Rule } from "./schema.ts";

/**
 * A CEL rule with its twin: `holds` gets a value that already has the right type and fits its patterns. A rule over a
 * change (`oldSelf`) gets what is stored, too; without it there is no change, and it holds.
 */
export interface CheckedRule extends Rule {
  readonly holds: (value: Json, stored?: Json) => boolean;
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

/** The members of a Release's spec that stay as the operator wrote them; all of them are required. */
const WRITTEN_ONCE = ["application", "generation", "revision", "commit", "plan"] as const;

/** What an attempt was is not rewritten; only the approval is given later. */
export const releaseIsImmutable: CheckedRule = {
  rule: WRITTEN_ONCE.map((name) => `self.${name} == oldSelf.${name}`).join(" && "),
  message: "a Release does not change; only spec.approval is for people to write",
  holds: (spec, stored) => stored === undefined || WRITTEN_ONCE.every((name) => jsonEqual(member(spec, name), member(stored, name))),
};

/** A yes counts for the plan that the Release shows; one for another plan would be believed to count. */
export const approvesShownPlan: CheckedRule = {
  rule: "!has(self.approval) || (has(self.plan.digest) && self.approval.planDigest == self.plan.digest)",
  message: "approval.planDigest must be the value of plan.digest of this Release; where there is none, nothing waits for approval",
  holds: (spec) => {
    const [approval, plan] = [member(spec, "approval"), member(spec, "plan")];
    if (approval === undefined) return true;
    const digest = plan === undefined ? undefined : member(plan, "digest");
    return digest !== undefined && member(approval, "planDigest") === digest;
  },
};

/** A grace time is what RevertAfter is about; another action has none. */
export const graceNeedsTime: CheckedRule = {
  rule: "has(self.after) == (self.action == 'RevertAfter')",
  message: "`after` goes with action RevertAfter, which needs it",
  holds: (rule) => has(rule, "after") === (member(rule, "action") === "RevertAfter"),
};

const DESTINATIONS = ["slack", "webhook", "alertmanager", "gitStatus"] as const;

/** A Notifier is one destination. */
export const oneDestination: CheckedRule = {
  rule: `[${DESTINATIONS.map((name) => `has(self.${name})`).join(", ")}].filter(given, given).size() == 1`,
  message: `name exactly one of ${DESTINATIONS.slice(0, -1).join(", ")} or ${DESTINATIONS.at(-1)}`,
  holds: (spec) => DESTINATIONS.filter((name) => has(spec, name)).length === 1,
};

/** Slack is spoken to as a bot in a channel, or by an incoming webhook, which has its channel. */
export const oneSlackWay: CheckedRule = {
  rule: "has(self.webhookSecretRef) ? !has(self.tokenSecretRef) && !has(self.channel) : has(self.tokenSecretRef) && has(self.channel)",
  message: "give channel and tokenSecretRef, or webhookSecretRef alone",
  holds: (slack) => (has(slack, "webhookSecretRef") ? !has(slack, "tokenSecretRef") && !has(slack, "channel") : has(slack, "tokenSecretRef") && has(slack, "channel")),
};

/** What can stand between `${` and `}`. */
export const variableNames: CheckedRule = {
  rule: "self.all(name, name.matches('^[A-Za-z_][A-Za-z0-9_]*$'))",
  message: "a variable is named with letters, digits and _, and does not begin with a digit",
  holds: (map) => isJsonObject(map) && Object.keys(map).every((name) => /^[A-Za-z_]\w*$/.test(name)),
};

/** Every rule that a schema of ours may carry. */
export const checkedRules: readonly CheckedRule[] = [oneRef, intervalFloor, releaseIsImmutable, approvesShownPlan, graceNeedsTime, oneDestination, oneSlackWay, variableNames];
