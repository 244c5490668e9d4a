import { cleanContent } from "../text/clean-content.ts";
import { cutText } from "../text/cut.ts";
import { checkStatus, quote, retryAfterMs } from "./answer.ts";
import { DeliveryError } from "./channel.ts";
import type { Abilities, Channel, MessageRef, Outgoing } from "./channel.ts";
import { commitState, gitHosts } from "./git-hosts.ts";
import type { CommitStatus, GitProvider } from "./git-hosts.ts";
import type { HttpAnswer, HttpClient } from "./http.ts";

/** The shortest limit among the hosts: GitHub's. */
const MAX_DESCRIPTION = 140;
const MAX_CONTEXT = 250;

/** What a Git host is spoken to with. */
export interface GitStatusAccess {
  readonly http: HttpClient;
  readonly provider: GitProvider;
  /** Address of the API. Has passed checkUrl. */
  readonly url: URL;
  /** `acme/shop`. */
  readonly repository: string;
  readonly token: string;
  /** `Secret git, key token`. */
  readonly tokenFrom: string;
  readonly now: () => Date;
}

/** The status of the commit that is being deployed. Episodes of another class, and ones without a commit, pass in silence. */
export class GitStatusChannel implements Channel {
  readonly abilities: Abilities = { update: true, thread: false, find: false, idempotent: true };
  readonly #access: GitStatusAccess;

  constructor(access: GitStatusAccess) {
    this.#access = access;
  }

  /** The context is settled here and kept as the ref: a group that grows later must not leave a status that waits for ever. */
  async post(message: Outgoing, signal: AbortSignal): Promise<MessageRef> {
    const context = contextOf(message.content.subjects);
    await this.#tell(context, message, signal);
    return context;
  }

  async update(ref: MessageRef, message: Outgoing, signal: AbortSignal): Promise<void> {
    await this.#tell(ref === "" ? contextOf(message.content.subjects) : ref, message, signal);
  }

  reply(): Promise<never> {
    return Promise.reject(new DeliveryError("Refused", "a commit status has no threads"));
  }

  find(): ReturnType<Channel["find"]> {
    return Promise.resolve({ kind: "Unknown" });
  }

  async close(): Promise<void> {
    await this.#access.http.close();
  }

  async #tell(context: string, { content }: Outgoing, signal: AbortSignal): Promise<void> {
    const { title, class: about, commit } = cleanContent(content);
    const said = commitState(content);
    if (about !== "Deploy" || commit === undefined || said === undefined) return;
    await this.#send({ repository: this.#access.repository, sha: commit, state: said, context, description: cutText(title, MAX_DESCRIPTION) }, signal);
  }

  async #send(status: CommitStatus, signal: AbortSignal): Promise<void> {
    const { http, provider, url, token } = this.#access;
    const host = gitHosts[provider];
    const target = new URL(url);
    target.pathname = `${url.pathname.replace(/\/+$/, "")}${host.path(status)}`;
    const headers = { "content-type": "application/json", ...host.headers(token) };
    const answer = await http.send({ method: "POST", url: target, headers, body: JSON.stringify(host.body(status)) }, signal);
    if (!host.isThere(answer.status, answer.body)) this.#check(answer, status.sha);
  }

  #check(answer: HttpAnswer, sha: string): void {
    const { provider, url, token, tokenFrom, repository, now } = this.#access;
    const limited = limitOf(answer, now());
    if (limited !== undefined) throw new DeliveryError("Limited", `${url.host}: too many requests (HTTP ${answer.status})`, limited);
    const said = quote(answer.body, [token]);
    const explain = (status: number): string => {
      if (status === 401) return `the token is not accepted (HTTP 401); put a valid one into ${tokenFrom}`;
      if (status === 403) return `the token may not set commit statuses of ${repository} (HTTP 403); ${RIGHT[provider]}`;
      if (status === 404) return `no repository ${repository} that the token can see (HTTP 404), or no commit ${sha.slice(0, 12)} in it; check spec.gitStatus.repository, and the token: ${RIGHT[provider]}`;
      return `the status of commit ${sha.slice(0, 12)} in ${repository} was refused (HTTP ${status}): ${said}`;
    };
    checkStatus(answer, { host: url.host, now: now(), explain });
    if (!/^\s*\{/.test(answer.body)) throw new DeliveryError("Unavailable", `${url.host}: the answer is none of ${provider}'s API; a login page may be in the way, or spec.gitStatus.url is wrong`);
  }
}

/** What a token needs. */
const RIGHT: Readonly<Record<GitProvider, string>> = {
  GitHub: "it needs the permission “Commit statuses: write” (or the scope repo:status)",
  GitLab: "it needs the scope api and the role Developer",
  Gitea: "it needs the scope write:repository",
};

/** GitHub tells its limits with 403 as well: `x-ratelimit-remaining: 0` with the second of the reset, or `retry-after`. */
function limitOf({ status, headers }: HttpAnswer, now: Date): number | undefined {
  if (status !== 403) return undefined;
  const after = retryAfterMs(headers.get("retry-after"), now);
  if (after !== undefined || headers.get("x-ratelimit-remaining") !== "0") return after;
  const reset = Number(headers.get("x-ratelimit-reset"));
  return Number.isFinite(reset) && reset > 0 ? retryAfterMs(new Date(reset * 1000).toUTCString(), now) : 60_000;
}

/** `driftless/shop/web`; of a group: `driftless`. */
function contextOf(subjects: readonly string[]): string {
  const [subject, ...others] = cleanContent({ state: "Open", class: "Deploy", severity: "Info", title: "", lines: [], fields: [], subjects, suppressed: 0, openedAt: "", updatedAt: "" }).subjects;
  return subject === undefined || others.length > 0 ? "driftless" : cutText(`driftless/${subject}`, MAX_CONTEXT);
}
