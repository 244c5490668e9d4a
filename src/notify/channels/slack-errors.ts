import { DeliveryError } from "./channel.ts";

/** What an error of Slack is told with. */
export interface SlackPlace {
  readonly channel: string;
  /** `Secret slack, key token`: where the token comes from. */
  readonly token: string;
}

const LIMITED = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);
const UNAVAILABLE = new Set(["fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org", "unknown_error", "rollup_error", "org_login_required", "accesslimited"]);
const GONE = new Set(["message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed", "cannot_reply_to_message", "invalid_ts", "bad_timestamp", "message_not_owned_by_app"]);

/** What to do about an error that does not pass by itself (docs.slack.dev/reference/methods, the errors of chat.postMessage). */
const FIXES: Readonly<Record<string, (place: SlackPlace) => string>> = {
  invalid_auth: ({ token }) => `the token is not accepted; put the bot token of the app (it begins with xoxb-) into ${token}`,
  not_authed: ({ token }) => `no token arrived; put the bot token of the app (it begins with xoxb-) into ${token}`,
  not_allowed_token_type: ({ token }) => `this kind of token may not post; put the bot token of the app (it begins with xoxb-) into ${token}`,
  token_revoked: ({ token }) => `the token was revoked; install the app anew and put its bot token into ${token}`,
  token_expired: ({ token }) => `the token has expired; put a current bot token into ${token}`,
  account_inactive: ({ token }) => `the bot or its workspace was switched off; install the app anew and put its bot token into ${token}`,
  not_in_channel: ({ channel }) => `the bot is not in channel ${channel}; invite it there, or give the app the scope chat:write.public`,
  channel_not_found: ({ channel }) => `there is no channel ${channel} that the bot can see; check the id, and invite the bot if the channel is private`,
  is_archived: ({ channel }) => `channel ${channel} is archived; name another one, or take it out of the archive`,
  missing_scope: () => "the app lacks a scope",
  restricted_action: ({ channel }) => `a setting of the workspace does not let the bot post in channel ${channel}; ask an administrator of it`,
  restricted_action_read_only_channel: ({ channel }) => `channel ${channel} is read-only for the bot; ask an administrator of the workspace`,
  restricted_action_thread_only_channel: ({ channel }) => `channel ${channel} takes only replies in threads; name another one`,
  restricted_action_non_threadable_channel: ({ channel }) => `channel ${channel} takes no replies in threads; name another one`,
  ekm_access_denied: () => "the administrators of the workspace have suspended posting",
  team_access_not_granted: () => "the app was not granted access to this workspace; ask an administrator of it",
  no_permission: ({ channel }) => `the bot has no permission in channel ${channel}; invite it there`,
  access_denied: ({ channel }) => `the bot has no access to channel ${channel}; invite it there`,
};

/** Reading the history failed because the token may not: nothing is known, and posting works all the same. */
export const MAY_NOT_READ: ReadonlySet<string> = new Set(["missing_scope", "not_allowed_token_type", "no_permission", "access_denied", "not_in_channel", "channel_not_found", "method_not_supported_for_channel_type", "unknown_method"]);

/** The payload itself was refused; one of text alone may pass. */
export const PAYLOAD_REFUSED: ReadonlySet<string> = new Set(["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_attachments", "metadata_too_large", "invalid_metadata_format", "invalid_metadata_schema"]);

/** A word of Slack for an error: the only part of an answer that is shown. Undefined for anything else. */
export const errorWord = (text: unknown): string | undefined => (typeof text === "string" && /^[a-z][a-z0-9_]{1,79}$/.test(text) ? text : undefined);

/** `ok: false` → what it means for the message. `scopes`: the ones that are needed, if Slack said so. */
export function slackFailure(word: string, place: SlackPlace, details: { readonly scopes?: string | undefined; readonly retryAfterMs?: number | undefined } = {}): DeliveryError {
  if (LIMITED.has(word)) return new DeliveryError("Limited", `Slack: too many messages (${word})`, details.retryAfterMs);
  if (UNAVAILABLE.has(word)) return new DeliveryError("Unavailable", `Slack: it failed (${word}); it is tried again`, details.retryAfterMs);
  if (GONE.has(word)) return new DeliveryError("Gone", `Slack: the message does not exist any more, or can no longer be changed (${word})`);
  const scopes = details.scopes !== undefined && /^[a-z:,._ -]{1,200}$/.test(details.scopes) ? `: ${details.scopes}; add it to the app and install the app anew` : "";
  const fix = Object.hasOwn(FIXES, word) ? FIXES[word]?.(place) : undefined;
  return new DeliveryError("Refused", `Slack: ${fix ?? `the request was refused for channel ${place.channel}`}${word === "missing_scope" ? scopes : ""} (${word})`);
}
