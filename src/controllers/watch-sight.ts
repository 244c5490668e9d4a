/** What the Applications can see of their members through the watches. Does not contact the cluster. */
import type { Reach } from "../../reconciler/reconcile-ports.ts";
import type { ReflectorVerb } from "../kube/reflector-policy.ts";

/** State of the watch over one group-kind. */
export type KindState =
  | { readonly kind: "Starting" }
  | { readonly kind: "Synced" }
  | { readonly kind: "Forbidden"; readonly verb: ReflectorVerb }
  /** It has taken too long; the attempts go on. Until one succeeds nobody knows what there is of this kind. */
  | { readonly kind: "Undelivered" }
  /** The server proved that it serves no such kind: there can be no members of it. */
  | { readonly kind: "Gone" };

/** A list of one Application's members that is under way, or comes again. */
export interface Listing {
  /** Why the last attempt failed. */
  trouble: string | undefined;
}

/** What one Application can know of the members of a kind. */
export type Sight =
  /** All of them: absence means absence. */
  | { readonly kind: "Clear" }
  /** Nothing yet: they are about to be delivered. */
  | { readonly kind: "Pending" }
  /** Nothing, for the operator lacks this verb. */
  | { readonly kind: "Forbidden"; readonly verb: ReflectorVerb }
  /** Nothing, because of a fault. */
  | { readonly kind: "Unlisted"; readonly cause: string };

/**
 * What an Application sees of a kind whose watch is in this state. `trouble`: why the last attempt to look the kind up or
 * to list it failed; `listing`: the list of its own members that the Application waits for, if it does.
 */
export function sightOf(state: KindState, trouble: string | undefined, listing: Listing | undefined): Sight {
  switch (state.kind) {
    case "Starting":
      return { kind: "Pending" };
    case "Forbidden":
      return { kind: "Forbidden", verb: state.verb };
    case "Undelivered":
      return { kind: "Unlisted", cause: listing?.trouble ?? trouble ?? "the server has not answered yet" };
    case "Gone":
      return { kind: "Clear" };
    case "Synced":
      if (listing === undefined) return { kind: "Clear" };
      return listing.trouble === undefined ? { kind: "Pending" } : { kind: "Unlisted", cause: listing.trouble };
  }
}

/** True where members are not watched: what is remembered of them may be long out of date. */
export function isBlind({ kind }: Sight): boolean {
  return kind === "Forbidden" || kind === "Unlisted";
}

/** What the sights of an Application's kinds (`Kind.group`) come to, with what people are told of each that is not watched. */
export function reachOf(sights: Iterable<readonly [groupKind: string, sight: Sight]>): Required<Reach> {
  const [forbidden, unlisted]: [string[], string[]] = [[], []];
  let synced = true;
  for (const [name, sight] of sights) {
    if (sight.kind === "Pending") synced = false;
    else if (sight.kind === "Forbidden") forbidden.push(`${name} (the operator lacks the verb ${sight.verb})`);
    else if (sight.kind === "Unlisted") unlisted.push(`${name} (it cannot be listed: ${sight.cause})`);
  }
  return { synced, unwatched: [...forbidden, ...unlisted].sort(), unlisted: unlisted.sort() };
}

/** The verb for want of which a kind is not watched. */
export function missingVerb(state: KindState): ReflectorVerb | undefined {
  return state.kind === "Forbidden" ? state.verb : undefined;
}
