/** The first line of an episode: what is so, in words, and how it ended. Pure. */
import { shortRevision } from "../../../sources/source.ts";
import { reasons } from "../../api/reasons.ts";
import type { Episode, Member } from "./state.ts";
import { counted } from "./text.ts";

/** What a class says while it is open, and when it is over. */
interface Words {
  readonly open: string;
  readonly over: string;
}

/** What waits for somebody, by its reason. */
const WAITS: Readonly<Record<string, Words>> = {
  [reasons.AwaitingApproval]: { open: "waits for approval", over: "does not wait for approval any more" },
  [reasons.WindowClosed]: { open: "waits for its sync window", over: "does not wait for a window any more" },
  [reasons.PruneHeld]: { open: "deletes wait for a yes", over: "no deletes wait any more" },
  [reasons.DependencyCycle]: { open: "Applications wait for each other in a circle", over: "does not wait in a circle any more" },
  [reasons.DependencyRefused]: { open: "a dependency is not allowed", over: "its dependencies are allowed" },
  [reasons.DeletionBlocked]: { open: "its deletion waits for somebody", over: "its deletion goes on" },
  [reasons.FightDetected]: { open: "somebody keeps changing it back", over: "nobody changes it back any more" },
};

/** `left`: it ended, but not by itself becoming well. */
export function titleOf(episode: Episode, about: readonly Member[], left: boolean): string {
  const { class: kind, members, closedAt } = episode;
  const [first] = about;
  const name = members.length === 1 && first !== undefined ? nameOf(first) : counted(members.length, kind === "Source" ? "source" : "Application");
  if (kind === "Deploy") return `${deployWord(episode)} ${name}${members.length === 1 || first?.brief.revision === undefined ? "" : `: ${shortRevision(first.brief.revision)}`}`;
  return closedAt !== undefined && !left ? overTitle(kind, name, first) : `${openTitle(kind, name, first)}${closedAt === undefined ? "" : endNote(members)}`;
}

function deployWord({ members, closedAt }: Episode): string {
  if (members.some(({ state }) => state === "Failed")) return "Deployment failed:";
  if (closedAt === undefined) return "Deploying";
  if (members.some(({ state }) => state === "Done")) return "Deployed";
  return members.some(({ failed }) => failed) ? "Deployment failed and was left:" : "Deployment was left:";
}

function openTitle(kind: Exclude<Episode["class"], "Deploy">, name: string, first: Member | undefined): string {
  switch (kind) {
    case "Drift":
      return `Drift in ${name}${first === undefined || first.brief.findings === 0 ? "" : `: ${counted(first.brief.findings, "difference")}`}`;
    case "Health":
      return `${name}: not healthy`;
    case "Source":
      return `Source ${name}: cannot be fetched`;
    case "Policy":
      return `${name}: ${waitOf(first)?.open ?? first?.reason ?? "waits"}`;
  }
}

function overTitle(kind: Exclude<Episode["class"], "Deploy">, name: string, first: Member | undefined): string {
  switch (kind) {
    case "Drift":
      return `Drift in ${name} is over`;
    case "Health":
      return `${name}: healthy again`;
    case "Source":
      return `Source ${name}: fetched again`;
    case "Policy":
      return `${name}: ${waitOf(first)?.over ?? "waits no longer"}`;
  }
}

/** What has become of those who did not become well: it is not known of them that they are. */
function endNote(members: readonly Member[]): string {
  const [only, ...others] = new Set(members.map(({ state }) => state));
  if (others.length > 0) return " (over)";
  if (only === "Deleted") return " (deleted meanwhile)";
  if (only === "Suspended") return " (suspended meanwhile)";
  return " (not told here any more)";
}

const waitOf = (member: Member | undefined): Words | undefined => (member !== undefined && Object.hasOwn(WAITS, member.reason) ? WAITS[member.reason] : undefined);

/** `shop/web`. */
export const nameOf = ({ subject }: Member): string => `${subject.namespace}/${subject.name}`;
