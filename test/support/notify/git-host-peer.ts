import { HttpPeer, jsonAnswer } from "./http-peer.ts";
import type { PeerAnswer, PeerRequest } from "./http-peer.ts";

/** A status of a commit. */
export interface PeerStatus {
  readonly repository: string;
  readonly sha: string;
  readonly state: string;
  readonly context: string;
  readonly description: string;
}

const STATES = { GitHub: ["error", "failure", "pending", "success"], GitLab: ["pending", "running", "success", "failed", "canceled"], Gitea: ["pending", "success", "error", "failure", "warning"] };

/** A server with the shape of one Git host's commit statuses: its path, its way of telling who one is, its words for states, its limits. */
export class GitHostPeer extends HttpPeer {
  /** All that were set, oldest first. */
  readonly statuses: PeerStatus[] = [];
  readonly repository = "acme/shop";
  readonly commits = new Set(["0123456789abcdef0123456789abcdef01234567"]);
  readonly #provider: keyof typeof STATES;

  constructor(provider: keyof typeof STATES) {
    super();
    this.#provider = provider;
  }

  /** The newest by context. */
  get current(): ReadonlyMap<string, string> {
    return new Map(this.statuses.map(({ context, state }) => [context, state]));
  }

  protected override answer({ method, path, headers, body }: PeerRequest): PeerAnswer {
    const [, repository, sha] = PATHS[this.#provider].exec(path) ?? [];
    if (method !== "POST" || sha === undefined || repository === undefined) return jsonAnswer({ message: "Not Found" }, 404);
    if (!TOKENS[this.#provider](headers)) return jsonAnswer({ message: "Bad credentials" }, 401);
    if (decodeURIComponent(repository) !== this.repository || (this.#provider === "GitLab" && repository.includes("/"))) return jsonAnswer({ message: "404 Project Not Found" }, 404);
    if (!this.commits.has(sha)) return this.#provider === "GitHub" ? jsonAnswer({ message: `No commit found for SHA: ${sha}` }, 422) : jsonAnswer({ message: "404 Commit Not Found" }, 404);
    return this.#set(sha, JSON.parse(body) as Readonly<Record<string, string>>); // what a test sends
  }

  #set(sha: string, said: Readonly<Record<string, string>>): PeerAnswer {
    const { state = "", description = "" } = said;
    const context = said[this.#provider === "GitLab" ? "name" : "context"] ?? "";
    if (!STATES[this.#provider].includes(state)) return jsonAnswer({ message: "Validation Failed: state is not included in the list" }, 422);
    if (description.length > 140) return jsonAnswer({ message: "Validation Failed: description is too long (maximum is 140 characters)" }, 422);
    if (this.#provider === "GitLab" && state === "running" && this.current.get(context) === "running") {
      return jsonAnswer({ message: 'Cannot transition status via :run from :running (Reason(s): Status cannot transition via "run")' }, 400);
    }
    this.statuses.push({ repository: this.repository, sha, state, context, description });
    return jsonAnswer({ id: this.statuses.length, state }, 201);
  }
}

const PATHS = {
  GitHub: /^\/repos\/([^/]+\/[^/]+)\/statuses\/([0-9a-f]{40})$/,
  GitLab: /^\/api\/v4\/projects\/([^/]+)\/statuses\/([0-9a-f]{40})$/,
  Gitea: /^\/api\/v1\/repos\/([^/]+\/[^/]+)\/statuses\/([0-9a-f]{40})$/,
};

const TOKENS: Readonly<Record<keyof typeof STATES, (headers: PeerRequest["headers"]) => boolean>> = {
  GitHub: (headers) => headers.authorization === "Bearer canary-git-token" && (headers["user-agent"] ?? "") !== "",
  GitLab: (headers) => headers["private-token"] === "canary-git-token",
  Gitea: (headers) => headers.authorization === "token canary-git-token",
};
