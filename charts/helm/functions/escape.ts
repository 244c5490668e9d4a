import { isAscii, toBytes } from "../go/bytes.ts";
import { isPrintable } from "../go/strconv.ts";

const HTML: ReadonlyMap<string, string> = new Map([["\0", "\uFFFD"], ['"', "&#34;"], ["'", "&#39;"], ["&", "&amp;"], ["<", "&lt;"], [">", "&gt;"]]);
/** Also all control characters, most of which stay. */
const HTML_SPECIAL = /[^ -\uFFFF]|["'&<>]/g;
const JS: ReadonlyMap<string, string> = new Map([["\\", "\\\\"], ["'", String.raw`\'`], ['"', String.raw`\"`], ["<", String.raw`\u003C`], [">", String.raw`\u003E`], ["&", String.raw`\u0026`], ["=", String.raw`\u003D`]]);
/** Special characters, control characters and everything beyond ASCII. */
const JS_SPECIAL = /[\\'"<>&=]|[^ -\x7F]/gu;
const QUERY_SAFE = /^[\w.~-]*$/;

/** template.HTMLEscapeString. */
export const escapeHtml = (text: string): string => text.replace(HTML_SPECIAL, (character) => HTML.get(character) ?? character);

/** template.JSEscapeString: for a text between quotes. */
export function escapeJs(text: string): string {
  return text.replace(JS_SPECIAL, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const isLone = code >= 0xd800 && code <= 0xdfff;
    return JS.get(character) ?? (isLone || isPrintable(code) ? character : `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`);
  });
}

/** url.QueryEscape: a space becomes `+`, every other byte but letters, digits and `-_.~` its code. */
export function escapeQuery(text: string): string {
  if (QUERY_SAFE.test(text)) return text;
  if (isAscii(text)) return Array.from(text, escapeByte).join("");
  return Array.from(toBytes(text), (byte) => escapeByte(String.fromCharCode(byte))).join("");
}

function escapeByte(character: string): string {
  if (character === " ") return "+";
  return character <= "\x7F" && QUERY_SAFE.test(character) ? character : `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
