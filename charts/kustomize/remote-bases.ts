import { ReconcileError, type Position } from "../../src/errors.ts";
import { needKey, type Needs, type RemoteBaseNeed } from "../needs.ts";
import type { TreeFiles } from "../tree-files.ts";
import type { RemoteUrl } from "./remote-url.ts";

/** Whether bases of other repositories may be fetched. */
export type RemotePolicy = "Refuse" | "Fetch";

/** Repositories of one build, and how deep bases of one may refer to another. */
const MAX_REPOSITORIES = 32;
const MAX_DEPTH = 8;

/** The repositories besides its own that a build reads from. */
export class RemoteBases {
  readonly #files: TreeFiles;
  readonly #needs: Needs;
  readonly #policy: RemotePolicy;
  readonly #named = new Set<string>();

  /** `policy`: default Refuse. */
  constructor(files: TreeFiles, needs: Needs, policy: RemotePolicy = "Refuse") {
    this.#files = files;
    this.#needs = needs;
    this.#policy = policy;
  }

  /** True once a base was missing: what would follow from that is not looked for. */
  get isWaiting(): boolean {
    return this.#needs.isWaiting;
  }

  /** Throws Error where nothing may be fetched. */
  demandAllowed(path: string): void {
    if (this.#policy === "Fetch") return;
    throw new Error(`remote base "${path}" is not fetched; copy what it needs into the repository and list that path, or allow it with spec.render.kustomize.remoteBases: Fetch`);
  }

  /**
   * The path at which a base is found from now on; undefined: its repository has to be fetched first, which is noted.
   * `chain`: the folders that led to it. Throws LIMIT_EXCEEDED.
   */
  open(base: RemoteUrl, at: Position, chain: readonly string[]): string | undefined {
    const root = rootOf(base);
    const tree = this.#needs.tree(this.#needOf(base, at));
    if (tree === undefined) return undefined;
    const depth = new Set([...chain.flatMap((folder) => this.#files.mountOf(folder) ?? []), root]).size;
    if (depth > MAX_DEPTH) throw new ReconcileError("LIMIT_EXCEEDED", `remote bases refer to remote bases more than ${MAX_DEPTH} deep`, { position: at });
    this.#files.mount(root, tree);
    return base.path === "" ? root : `${root}/${base.path}`;
  }

  #needOf({ url, ref }: RemoteUrl, at: Position): RemoteBaseNeed {
    const need = { kind: "RemoteBase", url, ref, at } as const;
    this.#named.add(needKey(need));
    if (this.#named.size > MAX_REPOSITORIES) throw new ReconcileError("LIMIT_EXCEEDED", `more than ${MAX_REPOSITORIES} other repositories are referred to`, { position: at });
    return need;
  }
}

/** `https://host/org/repo@v1`: its empty step between slashes keeps it apart from every path of a tree, the one `@` from other addresses. */
function rootOf({ url, ref }: RemoteUrl): string {
  return `${url.replaceAll("@", "%40")}@${encodeURIComponent(ref || "HEAD")}`;
}
