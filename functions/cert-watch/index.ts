import { onTimer } from "../../shared/entry/timer.ts";
import { digest, isDue, levelOf, lookAtAll } from "./look.ts";
import { markdown } from "./message.ts";
import { readCertWatch } from "./settings.ts";
import { postMarkdown } from "./webhook.ts";

/**
 * Once a day: checks the certificate of every host in CERT_HOSTS, and posts to CERT_WEBHOOK what somebody must do
 * something about.
 */
export const main_handler = onTimer(
  "cert-watch",
  readCertWatch,
  async (now, { hosts, webhook, anchors }, invocation) => {
    const states = await lookAtAll(hosts, anchors, now, invocation.remainingMs());
    invocation.note(digest(states));
    const due = states.filter(isDue);
    if (due.length > 0 && webhook !== undefined) await postMarkdown(webhook, markdown(due), invocation);
    const posted = webhook === undefined ? 0 : due.length;
    return { level: levelOf(states), log: { posted }, result: { states, posted } };
  },
);
