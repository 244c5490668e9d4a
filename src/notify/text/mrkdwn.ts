/**
 * Slack's mrkdwn (docs.slack.dev/messaging/formatting-message-text). Only `&`, `<` and `>` can be escaped; for the characters that
 * format there is no escape, so that where they could format their doubles stand. Text objects are sent with `verbatim`, which
 * keeps addresses and names in them from becoming links; the invisible joiner does the same where a client does not honour it.
 */
const JOINER = "\u2060";
const DOUBLES: Readonly<Record<string, string>> = { "*": "∗", _: "ˍ", "~": "∼", "`": "ˋ" };

/** Between two letters or digits they are part of a name, and format nothing. */
const FORMATTING = /`|(?<![\p{L}\p{N}])[*_~]|[*_~](?![\p{L}\p{N}])/gu;
const EMOJI_CODE = /:(?=[a-z0-9_+'-]+:)/gi;
const MENTION = /@(?=(?:here|channel|everyone|group)\b)/gi;
/** A line that begins so is shown as a quotation, escaped or not. */
const QUOTATION = /^(\s*)>+/;

/** Clean text, see cleanText, as mrkdwn that shows just that: no mention, no link, no format, no emoji of its own. One line. */
export function mrkdwn(text: string): string {
  return text
    .replace(QUOTATION, "$1›")
    .replace(FORMATTING, (character) => DOUBLES[character] ?? "")
    .replace(EMOJI_CODE, `:${JOINER}`)
    .replace(MENTION, `@${JOINER}`)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

/** Clean text for a `plain_text` object, where nothing is parsed: only the brackets that some clients parse all the same are doubled. */
export const slackPlain = (text: string): string => text.replaceAll("<", "‹").replaceAll(">", "›").replace(MENTION, `@${JOINER}`);

/** A time in the time zone of whoever reads it; `fallback` where a client cannot. Ours, and active: the only `<` that we send. */
export function slackTime(time: Date, fallback: string): string {
  return `<!date^${Math.floor(time.getTime() / 1000)}^{date_short_pretty} {time}|${fallback}>`;
}
