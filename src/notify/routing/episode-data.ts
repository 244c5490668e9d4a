import type { JsonObject } from "../../object/json.ts";
import type { Observation } from "../observation.ts";

/** `episode` as a CEL expression sees it: class, state, severity, reason, kind, namespace, name, labels, revision, release, author, actors, security and summary. */
export function episodeData({ subject, class: kind, state, severity, reason, security, facts }: Observation): JsonObject {
  return {
    class: kind, state, severity, reason, security,
    kind: subject.kind,
    namespace: subject.namespace,
    name: subject.name,
    labels: { ...facts.labels },
    revision: facts.revision ?? "",
    release: facts.release ?? "",
    author: facts.commit?.author ?? "",
    actors: [...new Set((facts.findings ?? []).map(({ actor = "Unknown" }) => actor))],
    users: [...(facts.actors ?? [])],
    summary: facts.summary,
  };
}
