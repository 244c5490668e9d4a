import type { Facts } from "../observation.ts";
import { MAX_FINDINGS } from "./rules.ts";
import type { Brief } from "./state.ts";
import { MAX_SUMMARY, MAX_VALUE, findingText, oneLine } from "./text.ts";

const MAX_ACTORS = 5;

/** The texts of an observation, cleaned and bounded: what of them is kept. */
export function briefOf({ summary, revision, commit, findings = [], moreFindings = 0, actors = [] }: Facts): Brief {
  return {
    summary: oneLine(summary, MAX_SUMMARY),
    lines: findings.slice(0, MAX_FINDINGS).map(findingText),
    more: Math.max(0, findings.length - MAX_FINDINGS) + moreFindings,
    findings: findings.length + moreFindings,
    actors: actors.slice(0, MAX_ACTORS).map((actor) => oneLine(actor, MAX_VALUE)),
    ...(revision === undefined ? {} : { revision: oneLine(revision, MAX_VALUE) }),
    ...(commit === undefined ? {} : { commit: briefCommit(commit) }),
  };
}

function briefCommit({ sha, author, message }: NonNullable<Facts["commit"]>): NonNullable<Brief["commit"]> {
  return {
    sha: oneLine(sha, MAX_VALUE),
    ...(author === undefined ? {} : { author: oneLine(author, MAX_VALUE) }),
    ...(message === undefined ? {} : { message: oneLine(message.split("\n", 1)[0] ?? "", MAX_VALUE) }),
  };
}
