import { HttpPeer, jsonAnswer } from "./http-peer.ts";
import type { PeerAnswer, PeerRequest } from "./http-peer.ts";

/** An alert as it is kept. */
export interface PeerAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

/** Where no Alertmanager is installed: the rules of its API v2 (api/v2/openapi.yaml; labels as in types.Alert.Validate), an alert being what has the same labels. */
export class AlertmanagerPeer extends HttpPeer {
  readonly alerts = new Map<string, PeerAlert>();
  /** Of the Authorization header; undefined: none is asked for. */
  token: string | undefined;

  /** Alerts that have not ended. */
  firing(now: Date): PeerAlert[] {
    return [...this.alerts.values()].filter(({ endsAt }) => Date.parse(endsAt) > now.getTime());
  }

  protected override answer({ method, path, headers, body }: PeerRequest): PeerAnswer {
    if (path !== "/api/v2/alerts") return { status: 404, headers: { "content-type": "application/json" }, body: '{"code":404,"message":"path was not found"}' };
    if (this.token !== undefined && headers.authorization !== `Bearer ${this.token}`) return { status: 401, body: "unauthorized" };
    if (method === "GET") return jsonAnswer([...this.alerts.values()]);
    const alerts = JSON.parse(body) as readonly PeerAlert[]; // what a test sends
    const problem = alerts.map(problemOf).find((problem) => problem !== undefined);
    if (problem !== undefined) return jsonAnswer(problem, 400);
    for (const alert of alerts) this.alerts.set(keyOf(alert), alert);
    return { status: 200 };
  }
}

const keyOf = ({ labels }: PeerAlert): string => JSON.stringify(Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1)));

function problemOf({ labels, annotations, startsAt, endsAt }: PeerAlert): string | undefined {
  const pairs = [...Object.entries(labels), ...Object.entries(annotations)];
  if (Object.keys(labels).length === 0) return "at least one label pair required";
  const [name] = pairs.find(([name]) => !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) ?? [];
  if (name !== undefined) return `invalid label set: invalid name ${JSON.stringify(name)}`;
  if (pairs.some(([, value]) => typeof value !== "string" || !value.isWellFormed())) return "invalid label set: invalid value";
  if (Number.isNaN(Date.parse(startsAt)) || Number.isNaN(Date.parse(endsAt))) return "start time missing";
  return Date.parse(endsAt) < Date.parse(startsAt) ? "start time must be before end time" : undefined;
}
