/** The API server as ports.ts describes it, over plain JSON: nothing is dropped, renamed or converted. */
import { isApiStatus, KubeApiError } from "../errors.ts";
import type { Json, JsonObject } from "../object/json.ts";
import { parseJson, stringifyJson } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import type {
  ApplyOptions, ApplyResult, ClusterCapabilities, ClusterClient, DeleteOptions, ListOptions, ObjectList, ObjectRef, PatchOptions, ReadOptions,
  RequestOptions, ResourceKind, WatchEvent, WatchOptions,
} from "../ports.ts";
import type { ClusterAccess } from "./config.ts";
import type { ConnectionOptions } from "./connection.ts";
import { Connection } from "./connection.ts";
import { Discovery } from "./discovery.ts";
import { KIND_NOT_SERVED, withoutSecretValues } from "./errors.ts";
import { listPages } from "./list-pages.ts";
import { collectionPath, nameSelector, objectPath, queryString, requireNamespace } from "./paths.ts";
import type { Answer, ApiRequest, RequesterOptions } from "./request.ts";
import { Requester } from "./request.ts";
import { ofKind, ofKindIfNamed } from "./typed-object.ts";
import { linesOf, parseWatchLine } from "./watch-lines.ts";

const JSON_TYPE = "application/json";
const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const PATCH_TYPES = { merge: "application/merge-patch+json", json: "application/json-patch+json" } as const;
/** JSON is YAML; the server takes no other content type for server-side apply before 1.34. */
const APPLY_TYPE = "application/apply-patch+yaml";
/** The server ends a watch at timeoutSeconds; nothing for this much longer means that it is gone. */
const WATCH_SLACK_MS = 30_000;

/** How the client behaves; see the parts. */
export type HttpClusterClientOptions = ConnectionOptions & RequesterOptions;

/** ClusterClient over HTTPS. Open one per cluster and close it in the end. */
export class HttpClusterClient implements ClusterClient {
  readonly #connection: Connection;
  readonly #requester: Requester;
  readonly #discovery: Discovery;

  constructor(access: ClusterAccess, options: HttpClusterClientOptions) {
    this.#connection = new Connection(access, options);
    this.#requester = new Requester(this.#connection, options);
    this.#discovery = new Discovery(this.#requester, options.clock);
  }

  kindOf(apiVersion: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined> {
    return this.#discovery.kindOf(apiVersion, kind, signal);
  }

  preferredKind(group: string, kind: string, signal?: AbortSignal): Promise<ResourceKind | undefined> {
    return this.#discovery.preferredKind(group, kind, signal);
  }

  kinds(signal?: AbortSignal): Promise<readonly ResourceKind[]> {
    return this.#discovery.kinds(signal);
  }

  async capabilities(signal?: AbortSignal): Promise<ClusterCapabilities> {
    const [answer, apiVersions] = await Promise.all([this.#send({ method: "GET", path: "/version", accept: JSON_TYPE, repeatable: true }, { signal }), this.#discovery.apiVersions(signal)]);
    const { gitVersion } = parseJson(answer.body) as { readonly gitVersion?: Json }; // version.Info
    return { kubeVersion: typeof gitVersion === "string" ? gitVersion : "", apiVersions };
  }

  /** Reads the served kinds again, for callers that know of a change (a CRD appeared, changed or went). */
  refreshKinds(): Promise<void> {
    return this.#discovery.refresh();
  }

  /**
   * As ourselves one object is read as a list with a field selector: `get` on all resources, which that saves, would
   * include pods/exec and nodes/proxy (see src/cli/install/rbac.ts).
   */
  async get(ref: ObjectRef, options: ReadOptions = {}): Promise<KubeObject | undefined> {
    const kind = await this.#served(ref, options);
    return options.as === undefined ? this.#getByList(kind, ref, options) : this.#getByName(kind, ref, options);
  }

  async #getByName(kind: ResourceKind, ref: ObjectRef, options: ReadOptions): Promise<KubeObject | undefined> {
    const accept = options.metadataOnly === true ? METADATA : JSON_TYPE;
    try {
      const answer = await this.#send({ method: "GET", path: objectPath(kind, ref), accept, repeatable: true }, options);
      return ofKind(kind, parseJson(answer.body));
    } catch (error) {
      return absentOrThrow(error, undefined);
    }
  }

  async #getByList(kind: ResourceKind, ref: ObjectRef, options: ReadOptions): Promise<KubeObject | undefined> {
    requireNamespace(kind, ref);
    const accept = options.metadataOnly === true ? METADATA_LIST : JSON_TYPE;
    const path = `${collectionPath(kind, ref.namespace)}${queryString({ fieldSelector: nameSelector(ref.name) })}`;
    const read = async (): Promise<Json> => parseJson((await this.#send({ method: "GET", path, accept, repeatable: true }, options)).body);
    // Who answers may not know the selector: only the object of that very name counts.
    return (await listPages(kind, read)).items.find((item) => item.metadata.name === ref.name);
  }

  list(kind: ResourceKind, options: ListOptions = {}): Promise<ObjectList> {
    const accept = options.metadataOnly === true ? METADATA_LIST : JSON_TYPE;
    const path = collectionPath(kind, options.namespace);
    return listPages(kind, async (page) => {
      const query = queryString({ labelSelector: options.labelSelector, fieldSelector: nameSelector(options.name), limit: page.limit, continue: page.continue });
      return parseJson((await this.#send({ method: "GET", path: `${path}${query}`, accept, repeatable: true }, options)).body);
    });
  }

  async *watch(kind: ResourceKind, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
    const { labelSelector, name, resourceVersion, timeoutSeconds } = options;
    const query = queryString({ watch: true, allowWatchBookmarks: true, labelSelector, fieldSelector: nameSelector(name), resourceVersion, timeoutSeconds });
    const accept = options.metadataOnly === true ? METADATA : JSON_TYPE;
    const path = `${collectionPath(kind, options.namespace)}${query}`;
    const request: ApiRequest = { method: "GET", path, accept, repeatable: true, as: options.as, signal: options.signal };
    try {
      for await (const line of linesOf(this.#requester.stream(request, timeoutSeconds * 1000 + WATCH_SLACK_MS))) {
        const event = parseWatchLine(line);
        if (event !== undefined) yield { type: event.type, object: ofKind(kind, event.object) };
      }
    } catch (error) {
      throw await this.#refreshedAfter(error);
    }
  }

  async create(object: KubeObject, options: RequestOptions & { readonly fieldManager?: string } = {}): Promise<KubeObject> {
    const kind = await this.#served(object, options);
    requireNamespace(kind, object.metadata);
    const path = `${collectionPath(kind, object.metadata.namespace)}${queryString({ fieldManager: options.fieldManager })}`;
    const answer = await this.#write({ method: "POST", path, contentType: JSON_TYPE, repeatable: false }, object, object, options);
    return ofKind(kind, parseJson(answer.body));
  }

  async apply(object: KubeObject, options: ApplyOptions): Promise<ApplyResult> {
    const ref = refOf(object);
    const kind = await this.#served(ref, options);
    const query = queryString({ fieldManager: options.fieldManager, force: options.force === true, dryRun: dryRunOf(options) });
    const path = `${objectPath(kind, { ...ref, subresource: options.subresource })}${query}`;
    const answer = await this.#write({ method: "PATCH", path, contentType: APPLY_TYPE, repeatable: true }, object, ref, options);
    return { object: ofKindIfNamed(kind, parseJson(answer.body)), created: answer.status === 201 };
  }

  async patch(ref: ObjectRef, body: JsonObject | readonly Json[], options: PatchOptions): Promise<KubeObject> {
    const kind = await this.#served(ref, options);
    const path = `${objectPath(kind, { ...ref, subresource: options.subresource })}${queryString({ fieldManager: options.fieldManager })}`;
    // A merge patch says the end state; a list of operations may count or append.
    const repeatable = options.type === "merge";
    const answer = await this.#write({ method: "PATCH", path, contentType: PATCH_TYPES[options.type], repeatable }, body, ref, options);
    return ofKindIfNamed(kind, parseJson(answer.body));
  }

  async delete(ref: ObjectRef, options: DeleteOptions): Promise<boolean> {
    const kind = await this.#served(ref, options);
    const preconditions = { uid: options.uid, resourceVersion: options.resourceVersion };
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: options.propagationPolicy, preconditions };
    try {
      await this.#write({ method: "DELETE", path: objectPath(kind, ref), contentType: JSON_TYPE, repeatable: false }, body, ref, options);
      return true;
    } catch (error) {
      return absentOrThrow(error, false);
    }
  }

  /** Ends every request and watch under way. */
  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Throws KubeApiError (404, `KindNotServed`) where the kind is not served. */
  async #served(ref: Pick<ObjectRef, "apiVersion" | "kind">, options: RequestOptions): Promise<ResourceKind> {
    const kind = await this.#discovery.kindOf(ref.apiVersion, ref.kind, options.signal);
    if (kind !== undefined) return kind;
    throw new KubeApiError(404, KIND_NOT_SERVED, `no kind ${ref.kind} in ${ref.apiVersion} on this cluster: install its CRD, or correct apiVersion and kind`);
  }

  async #send(request: Omit<ApiRequest, "as" | "signal">, options: RequestOptions): Promise<Answer> {
    try {
      return await this.#requester.send({ ...request, as: options.as, signal: options.signal });
    } catch (error) {
      throw await this.#refreshedAfter(error);
    }
  }

  /** The error; when it says that a kind is not served, the next lookup knows that. */
  async #refreshedAfter(error: unknown): Promise<unknown> {
    if (isKindNotServed(error)) await this.#discovery.refresh().catch(() => undefined); // the next lookup asks again
    return error;
  }

  /** `about` is the object written to: what an error quotes of a Secret is masked. */
  async #write(
    request: Omit<ApiRequest, "as" | "signal" | "accept" | "body">,
    body: unknown,
    about: Pick<ObjectRef, "apiVersion" | "kind">,
    options: RequestOptions,
  ): Promise<Answer> {
    try {
      return await this.#send({ ...request, accept: JSON_TYPE, body: stringifyJson(body) }, options);
    } catch (error) {
      throw error instanceof KubeApiError ? withoutSecretValues(error, about, body) : error;
    }
  }
}

function refOf(object: KubeObject): ObjectRef {
  const { namespace, name } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, namespace, name };
}

function dryRunOf(options: ApplyOptions): "All" | undefined {
  return options.dryRun === true ? "All" : undefined;
}

/** A 404 about the object is an answer; a 404 about the kind is not. */
function absentOrThrow<T>(error: unknown, absent: T): T {
  if (isApiStatus(error, 404) && error.reason !== KIND_NOT_SERVED) return absent;
  throw error;
}

function isKindNotServed(error: unknown): boolean {
  return error instanceof KubeApiError && error.reason === KIND_NOT_SERVED;
}
