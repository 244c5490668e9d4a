import { createHmac } from "node:crypto";
import type { Notifier, NotifierSecretKey, NotifierSpec } from "../api/notifier.ts";
import { ReconcileError } from "../errors.ts";
import { isJsonObject } from "../object/json.ts";
import type { Channel } from "../notify/channels/channel.ts";
import type { Allowed } from "../notify/channels/destination.ts";
import { openChannel } from "../notify/channels/open.ts";
import type { NotifierSettings } from "../notify/delivery/driver.ts";
import { settingsOf, settingsProblems } from "../notify/episode/settings.ts";
import { compileRoutes } from "../notify/routing/routes.ts";
import type { Routes } from "../notify/routing/routes.ts";
import { compileTemplate } from "../notify/routing/template.ts";
import type { CompiledTemplate } from "../notify/routing/template.ts";
import { worded } from "../notify/channels/worded.ts";
import type { ClusterClient, Clock } from "../ports.ts";

/** What a spec is read with. */
export interface SetupDeps {
  readonly cluster: Pick<ClusterClient, "get">;
  readonly clock: Pick<Clock, "now">;
  readonly operatorNamespace: string;
  readonly installation: string;
  /** Secret key of this installation, for digests. */
  readonly installationKey: Buffer;
  readonly allowed: Allowed;
  /** Makes the channel of a spec. Default: openChannel. */
  readonly open?: typeof openChannel;
}

/** A Notifier, ready to work. */
export interface NotifierSetup {
  readonly settings: NotifierSettings;
  readonly routes: Routes;
}

const DEFAULT_PER_MINUTE = 50;

/** The Secrets that a Notifier takes values from. */
export function secretRefsOf({ slack, webhook, alertmanager, gitStatus }: NotifierSpec): readonly NotifierSecretKey[] {
  const refs = [slack?.tokenSecretRef, slack?.webhookSecretRef, webhook?.urlSecretRef, webhook?.hmacSecretRef, alertmanager?.tokenSecretRef, gitStatus?.tokenSecretRef];
  return refs.filter((ref) => ref !== undefined);
}

/** Who is told what while a Notifier is set up and works. */
export interface SetupListener {
  /** A template fails over a message; undefined: it does not. */
  readonly onProblem: (problem: string | undefined) => void;
  /** A Secret was read; `version` undefined: there is none. */
  readonly onSecret: (name: string, version: string | undefined) => void;
}

/** Reads a spec and the Secrets that it names. Throws SPEC_INVALID with every mistake at once, and DeliveryError where the destination cannot be opened. */
export async function setUp({ metadata: { namespace = "" }, spec }: Notifier, deps: SetupDeps, { onProblem, onSecret }: SetupListener, signal: AbortSignal): Promise<NotifierSetup> {
  const { routes, problems } = await compileRoutes(spec, { namespace, operatorNamespace: deps.operatorNamespace });
  const template = compileTemplate(spec);
  const mistakes = [...problems, ...template.problems, ...settingsProblems(spec).map((problem) => `spec.${problem}`)];
  if (mistakes.length > 0) throw new ReconcileError("SPEC_INVALID", mistakes.join("\n"));
  const read = secretReader(deps.cluster, namespace, onSecret, signal);
  const destination = await destinationOf(spec, read, deps.installationKey);
  const channel = await (deps.open ?? openChannel)(spec, { readSecret: read, allowed: deps.allowed, now: () => deps.clock.now(), installation: deps.installation });
  const settings = {
    channel: spec.template === undefined ? channel : wording(channel, template, onProblem),
    destination,
    times: settingsOf(spec),
    perMinute: spec.budget?.perMinute ?? DEFAULT_PER_MINUTE,
    suspended: spec.suspend ?? false,
  };
  return { settings, routes };
}

function wording(channel: Channel, template: CompiledTemplate, onProblem: (problem: string | undefined) => void): Channel {
  return worded(channel, (given) => {
    const { content, problem } = template.word(given);
    onProblem(problem);
    return content;
  });
}

function secretReader(cluster: Pick<ClusterClient, "get">, namespace: string, onSecret: SetupListener["onSecret"], signal: AbortSignal): (ref: NotifierSecretKey) => Promise<string | undefined> {
  return async ({ name, key }) => {
    const secret = await cluster.get({ apiVersion: "v1", kind: "Secret", namespace, name }, { signal });
    onSecret(name, secret?.metadata.resourceVersion);
    const data = secret?.["data"];
    const value = isJsonObject(data) && Object.hasOwn(data, key) ? data[key] : undefined;
    return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : undefined;
  };
}

/** What tells one destination from another: not its tokens, which are renewed, but an address that is kept in a Secret, as a keyed digest. */
async function destinationOf({ slack, webhook, alertmanager, gitStatus }: NotifierSpec, read: (ref: NotifierSecretKey) => Promise<string | undefined>, key: Buffer): Promise<string> {
  const address = slack?.webhookSecretRef ?? webhook?.urlSecretRef;
  const digest = address === undefined ? "" : createHmac("sha256", key).update((await read(address)) ?? "").digest("hex").slice(0, 16);
  return JSON.stringify([slack?.apiUrl, slack?.channel, webhook?.url, alertmanager?.url, gitStatus?.provider, gitStatus?.url, gitStatus?.repository, digest]);
}
