import { driftActors } from "./drift-report.ts";
import { conditionsSchema } from "./meta.ts";
import type { Resource } from "./meta.ts";
import { oneDestination, oneSlackWay } from "./rules.ts";
import { boolean, duration, integer, listOf, object, oneOf, optional, setOf, string, time } from "./schema.ts";
import type { Infer } from "./schema.ts";

/** What an episode is about. */
export const episodeClasses = ["Deploy", "Drift", "Health", "Source", "Policy"] as const;
/** How much it matters. */
export const severities = ["Info", "Warning", "Critical"] as const;

const secretKeySchema = object("A value of a Secret in the same namespace.", {
  name: string("Name of the Secret.", { minLength: 1, maxLength: 253 }),
  key: string("Its key.", { minLength: 1, maxLength: 253 }),
});

const slackSchema = object(
  "A Slack channel. With a bot token a message is brought up to date and its steps are told in its thread; an incoming webhook can only post.",
  {
    channel: optional(string("Id of the channel, such as C0123456789; for a bot token.", { pattern: "^[A-Z0-9]{2,32}$" })),
    tokenSecretRef: optional(secretKeySchema),
    webhookSecretRef: optional(secretKeySchema),
    apiUrl: optional(string("Address of the Web API, for a proxy of it.", { pattern: "^https?://[^@\\s]+$", maxLength: 2048, default: "https://slack.com/api/" })),
  },
  [oneSlackWay],
);

const webhookSchema = object("An address that is called with a JSON document; its schema is published in docs/reference.", {
  url: optional(string("The address, without credentials in it.", { pattern: "^https?://[^@\\s]+$", maxLength: 2048 })),
  urlSecretRef: optional(secretKeySchema),
  hmacSecretRef: optional(secretKeySchema),
});

const alertmanagerSchema = object("An Alertmanager: an alert that fires while the episode is open.", {
  url: string("Its address, without /api/v2/alerts.", { pattern: "^https?://[^@\\s]+$", maxLength: 2048 }),
  tokenSecretRef: optional(secretKeySchema),
});

const gitStatusSchema = object("The status of the commit that is being deployed, on its Git host. Only episodes of class Deploy.", {
  provider: oneOf("The kind of host.", ["GitHub", "GitLab", "Gitea"]),
  url: optional(string("Address of the API; default: the public one of the provider.", { pattern: "^https?://[^@\\s]+$", maxLength: 2048 })),
  repository: string("Owner and name, such as acme/shop; for GitLab the whole path.", { pattern: "^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)+$", maxLength: 512 }),
  tokenSecretRef: secretKeySchema,
});

const glob = (doc: string) => string(doc, { minLength: 1, maxLength: 253 });

const routeSchema = object("What is told. All that is given has to fit; in names * stands for any text.", {
  namespaces: optional(setOf("Namespaces of Applications and sources. Default: the Notifier's own. Others only for a Notifier in the operator's namespace.", glob("A namespace."), 64)),
  applications: optional(setOf("Names of Applications, or of sources for class Source.", glob("A name."), 64)),
  classes: optional(setOf("Classes of episodes.", oneOf("A class.", episodeClasses), 5)),
  minSeverity: optional(oneOf("The least severity.", severities, "Info")),
  actors: optional(setOf("For drift: who made it.", oneOf("An actor, as a DriftReport names it.", driftActors), 6)),
  when: optional(string("A CEL expression over `episode`, for what the fields above cannot say: `episode.severity == 'Critical' || episode.labels.team == 'shop'`.", { minLength: 1, maxLength: 2048 })),
});

const quietSchema = object("A span of time in which only critical episodes are told; the rest is told at its end, if it is still true.", {
  schedule: string("When it begins, as five cron fields.", { minLength: 1, maxLength: 128 }),
  duration: duration("How long it is."),
  timeZone: optional(string("IANA name of the time zone that the schedule is read in.", { minLength: 1, maxLength: 64, default: "UTC" })),
});

const templateSchema = object("Words of one's own, as Go templates over `.episode`; what they print is escaped for the destination.", {
  title: optional(string("The first line.", { minLength: 1, maxLength: 1024 })),
  body: optional(string("What stands below it.", { minLength: 1, maxLength: 8192 })),
});

/** Spec of a Notifier. */
export const notifierSpecSchema = object(
  "A destination, what is told there, and how much of it.",
  {
    slack: optional(slackSchema),
    webhook: optional(webhookSchema),
    alertmanager: optional(alertmanagerSchema),
    gitStatus: optional(gitStatusSchema),
    routes: optional(listOf("What is told: what fits one of them. Default: all of the Notifier's own namespace.", routeSchema, 32)),
    digest: optional(
      object("Drift that was reverted by itself is told in one message at these times, unless it decides what somebody may do, or comes again and again.", {
        schedule: optional(string("When, as five cron fields.", { minLength: 1, maxLength: 128, default: "0 * * * *" })),
        timeZone: optional(string("IANA name of the time zone of the schedule.", { minLength: 1, maxLength: 64, default: "UTC" })),
      }),
    ),
    reminders: optional(
      object("An episode that stays open is told again, at growing distances.", {
        first: optional(duration("Time to the first reminder; it doubles from one to the next.", "4h")),
        max: optional(duration("Longest time between two.", "24h")),
        off: optional(boolean("No reminders.", false)),
      }),
    ),
    quietHours: optional(listOf("When only critical episodes are told.", quietSchema, 16)),
    budget: optional(object("Limits of what is sent.", { perMinute: optional(integer("Messages, updates and replies a minute; what comes above it is told later, in its newest state.", { minimum: 1, maximum: 600, default: 50 })) })),
    template: optional(templateSchema),
    suspend: optional(boolean("Nothing is sent; what happens meanwhile is told afterwards, in its newest state.", false)),
  },
  [oneDestination],
);

/** Status of a Notifier. */
export const notifierStatusSchema = object("What was last seen and sent.", {
  observedGeneration: optional(integer("The generation that the conditions speak of.", { minimum: 0 })),
  conditions: optional(conditionsSchema),
  openEpisodes: optional(integer("Episodes that are open.", { minimum: 0 })),
  waiting: optional(integer("Messages that wait to be sent.", { minimum: 0 })),
  delivered: optional(integer("Messages, updates and replies that were delivered so far.", { minimum: 0 })),
  suppressed: optional(integer("Messages that were not sent because of digest, inhibition, quiet hours or flapping.", { minimum: 0 })),
  lastDeliveredAt: optional(time("When the newest of them was.")),
});

export type NotifierSecretKey = Infer<typeof secretKeySchema>;
export type EpisodeClass = (typeof episodeClasses)[number];
export type Severity = (typeof severities)[number];
export type NotifierRoute = Infer<typeof routeSchema>;
export type NotifierSpec = Infer<typeof notifierSpecSchema>;
export type NotifierStatus = Infer<typeof notifierStatusSchema>;
export type Notifier = Resource<NotifierSpec, NotifierStatus>;
