/** What Slack checks of a message, as published; written from its documentation and not from our code. */

type Obj = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Obj => typeof value === "object" && value !== null && !Array.isArray(value);

/** Text of all blocks that was seen to be taken; 11,341 was refused (bolt-js 2867). */
const MAX_SUM = 9597;

/** What is wrong with a message; none: it would be taken. */
export function slackProblems(message: Obj): string[] {
  const { text, blocks } = message;
  const list = blocks === undefined ? [] : Array.isArray(blocks) ? (blocks as readonly unknown[]) : [undefined]; // an array of anything
  return [
    ...(typeof text !== "string" || text === "" ? (list.length === 0 ? ["no_text"] : ["text for notifications is missing"]) : []),
    ...(typeof text === "string" && text.length > 4000 ? ["text has more than 4000 characters"] : []),
    ...(list.length > 50 ? ["more than 50 blocks"] : []),
    ...list.flatMap((block, index) => blockProblems(block).map((problem) => `${problem} [json-pointer:/blocks/${index}]`)),
    ...(textsOf(list).join("").length > MAX_SUM ? ["msg_blocks_too_long"] : []),
  ];
}

function blockProblems(block: unknown): string[] {
  if (!isObject(block)) return ["is no block"];
  switch (block["type"]) {
    case "header":
      return [...unknownMembers(block, ["type", "text"]), ...textProblems(block["text"], 150, ["plain_text"])];
    case "section":
      return [
        ...unknownMembers(block, ["type", "text", "fields"]),
        ...(block["text"] === undefined && block["fields"] === undefined ? ["a section needs text or fields"] : []),
        ...(block["text"] === undefined ? [] : textProblems(block["text"], 3000)),
        ...(block["fields"] === undefined ? [] : listProblems(block["fields"], 2000)),
      ];
    case "context":
      return [...unknownMembers(block, ["type", "elements"]), ...listProblems(block["elements"], 2000)];
    case "divider":
      return unknownMembers(block, ["type"]);
    default:
      return ["unsupported type"];
  }
}

function listProblems(list: unknown, max: number): string[] {
  if (!Array.isArray(list) || list.length === 0 || list.length > 10) return ["must have 1 to 10 items"];
  return list.flatMap((item: unknown) => textProblems(item, max));
}

function textProblems(text: unknown, max: number, types = ["plain_text", "mrkdwn"]): string[] {
  if (!isObject(text)) return ["missing text object"];
  const { type, text: said } = text;
  const members = type === "mrkdwn" ? ["type", "text", "verbatim"] : ["type", "text", "emoji"];
  return [
    ...(types.includes(String(type)) ? [] : [`must be ${types.join(" or ")}`]),
    ...unknownMembers(text, members),
    ...(typeof said !== "string" || said.length === 0 ? ["must be more than 0 characters"] : []),
    ...(typeof said === "string" && said.length > max ? [`must be less than ${max + 1} characters`] : []),
  ];
}

const unknownMembers = (object: Obj, known: readonly string[]): string[] => Object.keys(object).filter((name) => !known.includes(name)).map((name) => `unknown member ${name}`);

/** Every `text` in blocks, at any depth; with `type` only of text objects of that type. */
export function textsOf(value: unknown, type?: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsOf(item, type));
  if (!isObject(value)) return [];
  const { text } = value;
  const own = typeof text === "string" && (type === undefined || value["type"] === type) ? [text] : [];
  return [...own, ...Object.values(value).flatMap((member) => textsOf(member, type))];
}

/** Every `<…>` in mrkdwn: a mention, a link or a date. */
export const activeMarkup = (text: string): string[] => text.match(/<[^>]*>?/g) ?? [];
