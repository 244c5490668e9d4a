import { parseAllowed } from "../../../src/notify/channels/destination.ts";
import type { Channel } from "../../../src/notify/channels/channel.ts";
import { openChannel } from "../../../src/notify/channels/open.ts";
import type { ChannelDeps } from "../../../src/notify/channels/open.ts";
import type { MessageContent } from "../../../src/notify/message.ts";
import type { NotifierSpec } from "../../../src/api/notifier.ts";
import { AlertmanagerPeer } from "./alertmanager-peer.ts";
import { GitHostPeer } from "./git-host-peer.ts";
import type { HttpPeer } from "./http-peer.ts";
import { SlackPeer } from "./slack-peer.ts";
import { typicalMessages } from "./typical.ts";
import { WebhookPeer } from "./webhook-peer.ts";

/** Values of Secrets, by key: each has `canary` in it, which no error may show. */
export const SECRETS: Readonly<Record<string, string>> = {
  token: "xoxb-canary-token",
  hmac: "canary-hmac-secret",
  alertmanager: "canary-am-token",
  git: "canary-git-token",
};

/** A destination of one kind, and what can be seen there. */
export interface Destination {
  readonly peer: HttpPeer;
  readonly spec: NotifierSpec;
  /** Secrets that exist only once the peer listens. */
  readonly secrets: Readonly<Record<string, string>>;
  /** First lines (or their like) of what a person sees there now, one for each message, alert or status. */
  visible(): readonly string[];
}

/** A kind of channel with a server for it. */
export interface ChannelCase {
  readonly name: string;
  /** What an episode says at its opening, and later. */
  readonly opening: MessageContent;
  readonly later: MessageContent;
  start(): Promise<Destination>;
}

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const health = (title: string): MessageContent => ({ ...pick("something is not healthy"), title });
const deploy = (title: string): MessageContent => ({ ...pick("a deployment is on its way"), title, commit: COMMIT });

function pick(name: string): MessageContent {
  const content = typicalMessages[name];
  if (content === undefined) throw new Error(`no message ${name}`);
  return content;
}

const ref = (key: string): { name: string; key: string } => ({ name: "destination", key });

const gitCase = (provider: "GitHub" | "GitLab" | "Gitea"): ChannelCase => ({
  name: `commit status on ${provider}`,
  opening: deploy("Deploying shop/web"),
  later: { ...deploy("Deployed shop/web"), state: "Resolved" },
  start: async () => {
    const peer = await new GitHostPeer(provider).start();
    const visible = (): string[] => [...new Map(peer.statuses.map(({ context, description }) => [context, description])).values()];
    return { peer, secrets: {}, visible, spec: { gitStatus: { provider, url: peer.url, repository: "acme/shop", tokenSecretRef: ref("git") } } };
  },
});

/** Every kind of channel there is. */
export const channelCases: readonly ChannelCase[] = [
  {
    name: "Slack by bot token",
    opening: health("shop/api: not healthy"),
    later: health("shop/api: still not healthy"),
    start: async () => {
      const peer = await new SlackPeer().start();
      return { peer, secrets: {}, visible: () => peer.parents().map(({ text }) => text), spec: { slack: { channel: "C0123456789", tokenSecretRef: ref("token"), apiUrl: peer.apiUrl } } };
    },
  },
  {
    name: "Slack by incoming webhook",
    opening: health("shop/api: not healthy"),
    later: health("shop/api: still not healthy"),
    start: async () => {
      const peer = await new SlackPeer().start();
      return { peer, secrets: { url: `${peer.url}/services/T0/B0/canary-path` }, visible: () => peer.parents().map(({ text }) => text), spec: { slack: { webhookSecretRef: ref("url") } } };
    },
  },
  {
    name: "generic webhook",
    opening: health("shop/api: not healthy"),
    later: health("shop/api: still not healthy"),
    start: async () => {
      const peer = await new WebhookPeer().start();
      const visible = (): string[] => [...peer.episodes.values()].map(({ message }) => message?.title ?? "");
      return { peer, secrets: { url: `${peer.url}/hook/canary-path` }, visible, spec: { webhook: { urlSecretRef: ref("url"), hmacSecretRef: ref("hmac") } } };
    },
  },
  {
    name: "Alertmanager",
    opening: health("shop/api: not healthy"),
    later: health("shop/api: still not healthy"),
    start: async () => {
      const peer = new AlertmanagerPeer();
      peer.token = "canary-am-token";
      await peer.start();
      return { peer, secrets: {}, visible: () => peer.firing(new Date()).map(({ annotations }) => annotations["summary"] ?? ""), spec: { alertmanager: { url: peer.url, tokenSecretRef: ref("alertmanager") } } };
    },
  },
  gitCase("GitHub"),
  gitCase("GitLab"),
  gitCase("Gitea"),
];

/** A channel to such a destination on this machine. */
export async function openTo(destination: Pick<Destination, "spec" | "secrets">, deps: Partial<ChannelDeps> = {}): Promise<Channel> {
  return openChannel(destination.spec, {
    readSecret: ({ key }) => Promise.resolve(destination.secrets[key] ?? SECRETS[key]),
    allowed: parseAllowed(["127.0.0.0/8"]),
    now: () => new Date(),
    installation: "test",
    ...deps,
  });
}
