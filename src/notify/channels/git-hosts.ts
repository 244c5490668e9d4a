/** Commit statuses of three Git hosts: how each wants them, and what it answers. Pure. */
import type { NotifierSpec } from "../../api/notifier.ts";
import type { MessageContent } from "../message.ts";

/** The kinds of hosts. */
export type GitProvider = NonNullable<NotifierSpec["gitStatus"]>["provider"];

/** A status before it is put into the words of a host. */
export interface CommitStatus {
  readonly repository: string;
  readonly sha: string;
  /** Left: nobody knows how it would have ended. */
  readonly state: "Running" | "Succeeded" | "Failed" | "Left";
  readonly context: string;
  readonly description: string;
}

/** How one kind of host is spoken to. */
export interface GitHost {
  /** Of the public one. */
  readonly url: string;
  /** Path under the API's address. */
  path(status: CommitStatus): string;
  headers(token: string): Readonly<Record<string, string>>;
  body(status: CommitStatus): Readonly<Record<string, string>>;
  /** An answer that is no success, but says that the status is there. */
  isThere(status: number, body: string): boolean;
}

const repositoryPath = (repository: string): string => repository.split("/").map(encodeURIComponent).join("/");

/** docs.github.com/rest/commits/statuses; a context may be set 1,000 times for a commit. */
const gitHub: GitHost = {
  url: "https://api.github.com",
  path: ({ repository, sha }) => `/repos/${repositoryPath(repository)}/statuses/${sha}`,
  headers: (token) => ({ authorization: `Bearer ${token}`, accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" }),
  body: ({ state, context, description }) => ({ state: { Running: "pending", Succeeded: "success", Failed: "failure", Left: "error" }[state], context, description }),
  isThere: () => false,
};

/** docs.gitlab.com/api/commits, "Set commit pipeline status": the same state once more is refused as a transition from it to itself. */
const gitLab: GitHost = {
  url: "https://gitlab.com",
  path: ({ repository, sha }) => `/api/v4/projects/${encodeURIComponent(repository)}/statuses/${sha}`,
  headers: (token) => ({ "private-token": token }),
  body: ({ state, context, description }) => ({ state: { Running: "running", Succeeded: "success", Failed: "failed", Left: "canceled" }[state], name: context, description }),
  isThere: (status, body) => status === 400 && /Cannot transition status via :(?:run from :running|succeed from :success|drop from :failed|cancel from :canceled)/.test(body),
};

/** docs.gitea.com/api, repoCreateStatus. */
const gitea: GitHost = {
  url: "https://gitea.com",
  path: ({ repository, sha }) => `/api/v1/repos/${repositoryPath(repository)}/statuses/${sha}`,
  headers: (token) => ({ authorization: `token ${token}` }),
  body: ({ state, context, description }) => ({ state: { Running: "pending", Succeeded: "success", Failed: "failure", Left: "error" }[state], context, description }),
  isThere: () => false,
};

/** The hosts by kind. */
export const gitHosts: Readonly<Record<GitProvider, GitHost>> = { GitHub: gitHub, GitLab: gitLab, Gitea: gitea };

/** What a message on a deployment says of its commit; undefined: nothing. */
export function commitState({ state, outcome }: Pick<MessageContent, "state" | "outcome">): CommitStatus["state"] | undefined {
  switch (state) {
    case "Open":
    case "Progress":
    case "Reminder":
      return "Running";
    case "Resolved":
      return outcome ?? "Succeeded";
    case "Failed":
    case "Flapping":
      return "Failed";
    case "Digest":
      return undefined;
  }
}
