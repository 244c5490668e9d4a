import { findCondition } from "../../api/conditions.ts";
import type { GitSource } from "../../api/git-source.ts";
import { reasons } from "../../api/reasons.ts";
import type { Observation } from "../observation.ts";

/** Whether a source can be fetched. Nothing, while that has not been tried. */
export function observeSource({ metadata, spec, status }: GitSource): readonly Observation[] {
  const ready = findCondition(status?.conditions, "Ready");
  if (ready === undefined || (ready.status === "Unknown" && ready.reason !== reasons.Suspended)) return [];
  const { namespace = "", name, labels } = metadata;
  const fails = ready.status === "False" && spec.suspend !== true;
  return [
    {
      subject: { kind: "GitSource", namespace, name },
      class: "Source",
      state: fails ? "Active" : "Quiet",
      severity: fails ? "Warning" : "Info",
      story: fails ? ready.reason : "",
      reason: ready.reason,
      since: ready.lastTransitionTime,
      group: undefined,
      source: undefined,
      security: false,
      facts: { summary: ready.message, revision: status?.artifact?.revision, labels },
    },
  ];
}
