import type { NotifierSecretKey, NotifierSpec } from "../../api/notifier.ts";
import { messageOf } from "../../errors.ts";
import { AlertmanagerChannel } from "./alertmanager.ts";
import { DeliveryError } from "./channel.ts";
import type { Channel } from "./channel.ts";
import { checkUrl } from "./destination.ts";
import type { Allowed, Lookup } from "./destination.ts";
import { gitHosts } from "./git-hosts.ts";
import { GitStatusChannel } from "./git-status.ts";
import { HttpClient } from "./http.ts";
import { SlackWebhookChannel } from "./slack-webhook.ts";
import { SlackChannel } from "./slack.ts";
import { WebhookChannel } from "./webhook.ts";

/** Reads a value of a Secret in the Notifier's namespace; undefined where the Secret or the key is missing. */
export type SecretReader = (ref: NotifierSecretKey) => Promise<string | undefined>;

/** What channels are made with. */
export interface ChannelDeps {
  readonly readSecret: SecretReader;
  /** What may be contacted besides public addresses, see parseAllowed. */
  readonly allowed: Allowed;
  readonly now: () => Date;
  /** Id of this operator, so that several can share a destination; default: none is named. */
  readonly installation?: string | undefined;
  /** Of a whole exchange; default 10 s. */
  readonly timeoutMs?: number | undefined;
  /** Default: the system's. */
  readonly lookup?: Lookup | undefined;
}

/**
 * The channel of a Notifier, of its destination as the API server has admitted it. Contacts nothing but the Secrets. Throws Refused for what somebody has to
 * change (a missing Secret or key, an address that may not be contacted), Unavailable where a Secret cannot be read now.
 */
export async function openChannel(spec: NotifierSpec, deps: ChannelDeps): Promise<Channel> {
  const { slack, webhook, alertmanager, gitStatus } = spec;
  if (slack !== undefined) return openSlack(slack, deps);
  if (webhook !== undefined) return openWebhook(webhook, deps);
  if (alertmanager !== undefined) return openAlertmanager(alertmanager, deps);
  if (gitStatus !== undefined) return openGitStatus(gitStatus, deps);
  throw new DeliveryError("Refused", "the Notifier has no destination; name slack, webhook, alertmanager or gitStatus");
}

async function openSlack({ channel, tokenSecretRef, webhookSecretRef, apiUrl = "https://slack.com/api/" }: NonNullable<NotifierSpec["slack"]>, deps: ChannelDeps): Promise<Channel> {
  const { allowed, now, installation } = deps;
  if (webhookSecretRef !== undefined) {
    const urlFrom = placeOf(webhookSecretRef);
    const url = checkUrl(await secret(webhookSecretRef, deps), allowed, `the value in ${urlFrom}`);
    return new SlackWebhookChannel({ http: new HttpClient(deps), url, urlFrom, now });
  }
  if (channel === undefined || tokenSecretRef === undefined) throw new DeliveryError("Refused", "spec.slack: give channel and tokenSecretRef, or webhookSecretRef alone");
  const url = checkUrl(apiUrl, allowed, "spec.slack.apiUrl");
  const token = await secret(tokenSecretRef, deps);
  return new SlackChannel({ http: new HttpClient(deps), apiUrl: url, token, place: { channel, token: placeOf(tokenSecretRef) }, now }, installation);
}

async function openWebhook({ url, urlSecretRef, hmacSecretRef }: NonNullable<NotifierSpec["webhook"]>, deps: ChannelDeps): Promise<Channel> {
  const { allowed, now, installation } = deps;
  if ((url === undefined) === (urlSecretRef === undefined)) throw new DeliveryError("Refused", "spec.webhook: give one of url and urlSecretRef");
  const target = urlSecretRef === undefined ? checkUrl(url ?? "", allowed, "spec.webhook.url") : checkUrl(await secret(urlSecretRef, deps), allowed, `the value in ${placeOf(urlSecretRef)}`);
  const hmacSecret = hmacSecretRef === undefined ? undefined : await secret(hmacSecretRef, deps);
  return new WebhookChannel({ http: new HttpClient(deps), url: target, hmacSecret, installation, now });
}

async function openAlertmanager({ url, tokenSecretRef }: NonNullable<NotifierSpec["alertmanager"]>, deps: ChannelDeps): Promise<Channel> {
  const { allowed, now, installation } = deps;
  const target = checkUrl(url, allowed, "spec.alertmanager.url");
  const token = tokenSecretRef === undefined ? undefined : await secret(tokenSecretRef, deps);
  return new AlertmanagerChannel({ http: new HttpClient(deps), url: target, token, installation, now });
}

async function openGitStatus({ provider, url, repository, tokenSecretRef }: NonNullable<NotifierSpec["gitStatus"]>, deps: ChannelDeps): Promise<Channel> {
  const { allowed, now } = deps;
  const target = checkUrl(url ?? gitHosts[provider].url, allowed, "spec.gitStatus.url");
  const token = await secret(tokenSecretRef, deps);
  return new GitStatusChannel({ http: new HttpClient(deps), provider, url: target, repository, token, tokenFrom: placeOf(tokenSecretRef), now });
}

const placeOf = ({ name, key }: NotifierSecretKey): string => `Secret ${name}, key ${key}`;

/** A value without the line break that editors put at its end. It goes into a header or an address: anything but visible ASCII would be sent differently, or not at all. */
async function secret(ref: NotifierSecretKey, { readSecret }: ChannelDeps): Promise<string> {
  const found = await readSecret(ref).catch((error: unknown) => {
    throw error instanceof DeliveryError ? error : new DeliveryError("Unavailable", `${placeOf(ref)} cannot be read: ${messageOf(error)}`, undefined, false);
  });
  const value = found?.trim() ?? "";
  if (found === undefined) throw new DeliveryError("Refused", `${placeOf(ref)}: there is no such Secret in the Notifier's namespace, or no such key in it`);
  if (value === "") throw new DeliveryError("Refused", `${placeOf(ref)}: the value is empty`);
  if (!/^[!-~]{1,8192}$/.test(value)) throw new DeliveryError("Refused", `${placeOf(ref)}: the value has blanks, line breaks or other characters that neither a token nor an address has, or is too long`);
  return value;
}
