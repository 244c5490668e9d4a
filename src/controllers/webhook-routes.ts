import type { ResourceName } from "./resource-store.ts";

/** Where a webhook call leads. */
export interface WebhookRoute {
  readonly source: ResourceName;
  /** What the caller's signature is checked with. */
  readonly token: string;
}

/** The secret paths of all sources that want webhooks. */
export class WebhookRoutes {
  readonly #byPath = new Map<string, WebhookRoute>();
  readonly #pathOf = new Map<ResourceName, string>();

  /** Sets the path and token of a source; what it had before no longer answers. */
  set(source: ResourceName, path: string, token: string): void {
    this.remove(source);
    this.#byPath.set(path, { source, token });
    this.#pathOf.set(source, path);
  }

  remove(source: ResourceName): void {
    const path = this.#pathOf.get(source);
    if (path !== undefined) this.#byPath.delete(path);
    this.#pathOf.delete(source);
  }

  find(path: string): WebhookRoute | undefined {
    return this.#byPath.get(path);
  }
}
