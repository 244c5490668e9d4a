/** Gives objects back the apiVersion and kind that lists, metadata requests and subresources leave out or replace. */
import { KubeApiError } from "../errors.ts";
import type { Json } from "../object/json.ts";
import { isJsonObject } from "../object/json.ts";
import type { KubeObject } from "../object/kube-object.ts";
import { apiVersionOf, asKubeObject } from "../object/kube-object.ts";
import type { ResourceKind } from "../ports.ts";

/** The object under the kind it was asked for: list items name none, metadata requests answer PartialObjectMetadata. */
export function ofKind(kind: ResourceKind, value: Json | KubeObject | undefined): KubeObject {
  if (!isJsonObject(value) || !isJsonObject(value["metadata"])) {
    throw new KubeApiError(0, "UnexpectedAnswer", `the API server answered with something that is no ${kind.kind}`);
  }
  const apiVersion = apiVersionOf(kind.group, kind.version);
  if (value["apiVersion"] === apiVersion && value["kind"] === kind.kind) return asKubeObject(value);
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = value;
  return asKubeObject({ apiVersion, kind: kind.kind, ...rest });
}

/** The answer to a write: a subresource such as `scale` answers with a kind of its own, which stays. */
export function ofKindIfNamed(kind: ResourceKind, value: Json): KubeObject {
  if (isJsonObject(value) && typeof value["kind"] === "string" && isJsonObject(value["metadata"])) return asKubeObject(value);
  return ofKind(kind, value);
}
