import { isJsonObject, type Json, type JsonObject } from "../../src/object/json.ts";
import { carryWritten } from "../../src/object/written.ts";
import type { Spend } from "../budget.ts";
import { mapShared, setPath, type FieldSpec } from "./field-path.ts";
import { compilePattern, type Pattern } from "./pattern.ts";
import { inObject, scalarText, setMember, withMember, withValue, type Resource } from "./resource.ts";
import { specsFor } from "./specs-of-kind.ts";
import { weightOf } from "./weight.ts";

/** How references to one image are rewritten. */
export interface ImageChange {
  /** A pattern, as kustomize treats it: `.` fits any character. */
  readonly name: string;
  readonly newName?: string | undefined;
  readonly newTag?: string | undefined;
  readonly tagSuffix?: string | undefined;
  readonly digest?: string | undefined;
}

/** `name[:tag][@digest]`; a registry's port is no tag. */
export interface ImageReference {
  readonly name: string;
  readonly tag: string;
  readonly digest: string;
}

/** What it costs to go by one value of an object, see Budget. */
const WALK_UNITS = 0.1;

/** Rewrites the image of every container, wherever `containers` or `initContainers` stand, and what the specs reach; they never make a field. CRDs are left alone. */
export function setImages(resources: readonly Resource[], change: ImageChange, specs: readonly FieldSpec[], spend: Spend): Resource[] {
  const pattern = compilePattern(`^${change.name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`);
  return resources.map((resource) => (resource.value["kind"] === "CustomResourceDefinition" ? resource : withValue(resource, inObject(resource, () => {
    spend(weightOf(resource.value) * WALK_UNITS);
    return rewriteAll(resource.value, specs, (image) => {
      spend(image.length);
      return rewrite(image, change, pattern);
    });
  }))));
}

type Rewrite = (image: string) => string;

/** Two passes, as kustomize has them: an image that both reach gets a tag suffix twice, from its command as from us. */
function rewriteAll(value: JsonObject, specs: readonly FieldSpec[], rewriteText: Rewrite): JsonObject {
  const set = (image: Json | undefined): Json | undefined => setText(image, rewriteText);
  let result = walk(value, set) as JsonObject; // an object stays an object
  for (const { path } of specsFor(specs, result)) result = setPath(result, path, false, set);
  return result;
}

function setText(image: Json | undefined, rewriteText: Rewrite): Json | undefined {
  if (image === undefined || image === null) return image;
  if (typeof image === "object") throw new Error("an image is text, not a map or list");
  const text = scalarText(image);
  const next = rewriteText(text);
  return next === text ? image : next;
}

function walk(value: Json, set: (image: Json | undefined) => Json | undefined): Json {
  if (Array.isArray(value)) return mapShared(value as Json[], (item) => walk(item, set));
  if (!isJsonObject(value)) return value;
  let draft: Record<string, Json | undefined> | undefined;
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== "object" || member === null) continue;
    const walked = walk(member, set);
    const next = (key === "containers" || key === "initContainers") && Array.isArray(walked) ? mapShared(walked as Json[], (item) => setImage(item, set)) : walked;
    if (next !== member) setMember((draft ??= carryWritten(value, { ...value })), key, next);
  }
  return draft ?? value;
}

function setImage(container: Json, set: (image: Json | undefined) => Json | undefined): Json {
  if (!isJsonObject(container)) return container;
  const image = container["image"];
  const next = set(image);
  return next === image ? container : withMember(container, "image", next);
}

function rewrite(image: string, change: ImageChange, pattern: Pattern): string {
  if (!pattern.test(image)) return image;
  const { name, tag, digest } = changed(splitImage(image), change);
  return `${name}${tag === "" ? "" : `:${tag}`}${digest === "" ? "" : `@${digest}`}`;
}

function changed(image: ImageReference, { newName, newTag, tagSuffix, digest }: ImageChange): ImageReference {
  const name = newName || image.name;
  if (newTag) return { name, tag: newTag, digest: digest ?? "" };
  if (digest) return { name, tag: "", digest };
  if (tagSuffix) return { name, tag: image.tag + tagSuffix, digest: "" };
  return { ...image, name };
}

/** `registry:5000/app:1@sha256:…` in its parts. */
export function splitImage(image: string): ImageReference {
  const slash = Math.max(image.indexOf("/"), 0);
  const rest = image.slice(slash);
  const at = rest.indexOf("@");
  const digest = at < 0 ? "" : rest.slice(at + 1);
  const beforeDigest = at < 0 ? rest : rest.slice(0, at);
  const colon = beforeDigest.indexOf(":");
  const tag = colon < 0 ? "" : beforeDigest.slice(colon + 1);
  return { name: image.slice(0, slash) + (colon < 0 ? beforeDigest : beforeDigest.slice(0, colon)), tag, digest };
}
