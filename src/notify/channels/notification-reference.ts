import { GENERATED_NOTE, markdownTable } from "../../api/docs.ts";
import { schemaNode } from "../../api/schema-node.ts";
import type { SchemaNode } from "../../api/schema-node.ts";
import type { JsonObject } from "../../object/json.ts";
import { notificationSchema } from "./notification.ts";

/** File name → text of what docs/reference says of the document that a webhook gets. Pure. */
export function notificationReference(): ReadonlyMap<string, string> {
  return new Map([
    ["notification.schema.json", `${JSON.stringify(notificationJsonSchema(), undefined, 2)}\n`],
    ["notification.md", page()],
  ]);
}

/** The document as JSON Schema (draft 2020-12). Members that are added later are no fault of a receiver's: they are allowed. */
export function notificationJsonSchema(): JsonObject {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "https://driftless.dev/schemas/notification/v1.json",
    title: "Notification",
    ...(plainSchema(notificationSchema.json) as JsonObject), // an object stays one
    oneOf: [
      { properties: { type: { const: "Message" } }, required: ["message"] },
      { properties: { type: { const: "Step" } }, required: ["step"] },
    ],
  };
}

/** Without Kubernetes' extensions, and without `int64`, which JSON Schema does not have. */
function plainSchema(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(plainSchema);
  if (typeof json !== "object" || json === null) return json;
  const members = Object.entries(json).filter(([name, value]) => !name.startsWith("x-kubernetes-") && !(name === "format" && value === "int64"));
  return Object.fromEntries(members.map(([name, value]) => [name, plainSchema(value)]));
}

function page(): string {
  return `${GENERATED_NOTE}

# Notification

What a Notifier with \`spec.webhook\` sends: \`POST\` with a JSON document. Its JSON Schema is
[notification.schema.json](notification.schema.json).

A receiver answers with any 2xx. 408, 425, 429 (with \`Retry-After\`) and 5xx are tried again; any other 4xx is shown on
the Notifier and waits for somebody to change something. Redirects are not followed.

## Headers

${markdownTable(
  ["header", "meaning"],
  [
    ["`Content-Type`", "`application/json`"],
    ["`X-Driftless-Delivery`", "Id of what is said, the same when it is sent again: a receiver that remembers ids does nothing twice."],
    ["`X-Driftless-Timestamp`", "Seconds since 1970 at which it was sent. Refuse what is older than five minutes."],
    ["`X-Driftless-Signature-256`", "`sha256=` and the HMAC-SHA-256, in hexadecimal, of the timestamp, a full stop and the body as it arrived; the key is the value of `spec.webhook.hmacSecretRef`. Absent without one. Compare in constant time."],
  ],
)}

\`\`\`js
const expected = createHmac("sha256", secret).update(\`\${timestamp}.\${body}\`).digest("hex");
const valid = timingSafeEqual(Buffer.from(\`sha256=\${expected}\`), Buffer.from(signature)); // equal lengths checked before
\`\`\`

## Document

A document of type \`Message\` holds the whole present state of an episode and replaces what was told of it before: of two
with the same \`episode\` the one with the later \`message.updatedAt\` counts. A document of type \`Step\` is one line of its story.

${markdownTable(["field", "type", "meaning"], rows(schemaNode(notificationSchema.json), ""))}
`;
}

function rows(node: SchemaNode, path: string): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]): string[][] => {
    const at = path === "" ? name : `${path}.${name}`;
    const optional = node.required?.includes(name) === true ? "" : ", optional";
    const inner = child.items?.properties === undefined ? rows(child, at) : rows(child.items, `${at}[]`);
    return [[`\`${at}\``, `${typeText(child)}${optional}`, child.description ?? ""], ...inner];
  });
}

function typeText({ type, enum: words, format, items }: SchemaNode): string {
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(" or ");
  if (type === "array") return `list of ${items === undefined ? "anything" : typeText(items)}`;
  return format === "date-time" ? "time (RFC 3339)" : (type ?? "any");
}
