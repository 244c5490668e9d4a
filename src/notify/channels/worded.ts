import type { MessageContent } from "../message.ts";
import type { Channel } from "./channel.ts";

/** Puts a Notifier's own words into what a channel posts and updates. */
export function worded(channel: Channel, word: (content: MessageContent) => MessageContent): Channel {
  return {
    abilities: channel.abilities,
    post: (message, signal) => channel.post({ ...message, content: word(message.content) }, signal),
    update: (ref, message, signal) => channel.update(ref, { ...message, content: word(message.content) }, signal),
    reply: (ref, key, step, repeated, signal) => channel.reply(ref, key, step, repeated, signal),
    find: (key, parent, since, signal) => channel.find(key, parent, since, signal),
    close: () => channel.close(),
  };
}
