/** The holds of drift that are on, for conditions and the DriftReport. Does not contact the cluster. */
import { driftHoldOf, holdMessage } from "../drift/drift-hold.ts";
import type { DriftHoldRequest, Hold } from "../drift/drift-hold.ts";
import type { Application } from "../src/api/application.ts";
import { timestamp } from "../src/api/conditions.ts";
import type { DriftHold } from "../src/api/drift-report.ts";
import { DRIFT_HOLD_ANNOTATION } from "../src/api/group.ts";
import { byId, displayId } from "../src/object/object-id.ts";
import type { LiveMember, Members } from "./observed.ts";

/** What is held, and until when. */
export interface HoldsOn {
  /** `held until 14:05Z by kubectl-annotate: Deployment shop/web`; mistakes are told besides. */
  readonly sentences: readonly string[];
  readonly holds: readonly DriftHold[];
  /** When the first of them ends. */
  readonly endsAt: Date | undefined;
}

/** Who asks for a hold. */
interface Holder {
  /** What it is on, for people. */
  readonly what: string;
  /** Undefined: all of the Application. */
  readonly object: string | undefined;
  readonly request: DriftHoldRequest;
}

/** The holds on an Application and its members, the widest first. */
export function holdsOn(app: Application, members: Members, now: Date): HoldsOn {
  const holders = [...holderOf(app), ...heldMembers(members)];
  const on = holders.flatMap(({ object, what, request }) => (isOn(request, now) ? [{ object, what, hold: request }] : []));
  const mistakes = holders.flatMap(({ what, request }) => (request.kind === "Mistake" ? [`${DRIFT_HOLD_ANNOTATION} of ${what} holds nothing: ${JSON.stringify(request.value)}: ${request.problem}`] : []));
  const first = on.reduce((least, { hold }) => Math.min(least, hold.until), Number.POSITIVE_INFINITY);
  return {
    sentences: [...on.map(({ hold, what }) => holdMessage(hold, what, now)), ...mistakes],
    holds: on.map(({ object, hold }) => ({ ...(object === undefined ? {} : { object }), by: hold.by, until: timestamp(new Date(hold.until)) })),
    endsAt: Number.isFinite(first) ? new Date(first) : undefined,
  };
}

const isOn = (request: DriftHoldRequest, now: Date): request is Hold => request.kind === "Hold" && request.until > now.getTime();

function holderOf({ metadata }: Application): Holder[] {
  const request = driftHoldOf(metadata);
  return request === undefined ? [] : [{ what: "everything of this Application", object: undefined, request }];
}

function heldMembers(members: Members): Holder[] {
  const held: (LiveMember & Required<Pick<LiveMember, "hold">>)[] = [];
  for (const member of members.values()) if (member.hold !== undefined) held.push({ ...member, hold: member.hold });
  return held.sort(byId).map(({ id, key, hold }) => ({ what: displayId(id), object: key, request: hold }));
}
