import { createHash } from "node:crypto";

/** The four kinds of Git object. */
export type ObjectType = "commit" | "tree" | "blob" | "tag";

/** One Git object, verified. */
export interface GitObject {
  readonly type: ObjectType;
  readonly data: Buffer;
}

/** True for the text of a SHA-1 object id: 40 lower-case hex digits. */
export function isOid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** The id of an object: SHA-1 of `<type> <length>\0<content>`, in hex. */
export function hashObject(type: ObjectType, data: Uint8Array): string {
  return createHash("sha1").update(`${type} ${data.length}\0`).update(data).digest("hex");
}
