import { setTimeout as sleep } from "node:timers/promises";
import { joined } from "../../shared/entry/log.ts";
import { onTimer } from "../../shared/entry/timer.ts";
import { digest, isDue, levelOf, lookAtAll } from "./look.ts";
import { markdown } from "./message.ts";
import { renewAll } from "./renew.ts";
import { readCertWatch } from "./settings.ts";
import { postMarkdown } from "./webhook.ts";

/**
 * Once a day: checks the certificate of every host in CERT_HOSTS, renews those of the account's that end soon
 * when CERT_RENEW is yes, and posts to CERT_WEBHOOK what needs somebody's attention, and what it did.
 */
export const main_handler = onTimer(
  "cert-watch",
  readCertWatch,
  async (now, { hosts, webhook, anchors, ssl }, invocation) => {
    const states = await lookAtAll(hosts, anchors, now, invocation.remainingMs());
    invocation.note(digest(states));
    const withinMs = invocation.remainingMs();
    const renewals =
      ssl === undefined ? [] : await renewAll(states, { ssl, now, withinMs, sleep: (ms) => sleep(ms) });
    if (renewals.length > 0) {
      invocation.note({ renewals: joined(renewals.map(({ host, done }) => `${host}: ${done}`)) });
    }
    const acted = new Set(renewals.map(({ host }) => host));
    const due = states.filter((state) => isDue(state) || acted.has(state.host));
    if (due.length > 0 && webhook !== undefined) {
      await postMarkdown(webhook, markdown(due, renewals), invocation);
    }
    const posted = webhook === undefined ? 0 : due.length;
    return { level: levelOf(states), log: { posted }, result: { states, renewals, posted } };
  },
);
