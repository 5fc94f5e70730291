import type { HostState } from "./look.ts";
import type { RenewalReport } from "./renew.ts";

/** The longest content of a WeCom bot's markdown is 4096 bytes of UTF-8 (developer.work.weixin.qq.com, path 91770). */
const MAX_BYTES = 4096;

/** Reserved for the last line. */
const MARGIN_BYTES = 96;

const MAX_PROBLEM_CHARACTERS = 360;

/**
 * What is posted about these hosts: a heading, and as many quoted lines as fit, one per host.
 *
 * @param renewals what was done about the certificates that end soon
 */
export function markdown(states: readonly HostState[], renewals: readonly RenewalReport[] = []): string {
  let text = "**Certificates that need attention**";
  const renewed = new Map(renewals.map(({ host, done }) => [host, done]));
  for (const [i, state] of states.entries()) {
    const next = `${text}\n> ${line(state, renewed.get(state.host))}`;
    if (Buffer.byteLength(next) > MAX_BYTES - MARGIN_BYTES) {
      return `${text}\n> and ${states.length - i} more; the function's log names them.`;
    }
    text = next;
  }
  return text;
}

function line(state: HostState, renewal: string | undefined): string {
  const { host, verdict, fallbackUntil } = state;
  const name = `<font color="warning">${plain(host)}</font>`;
  const fallback =
    fallbackUntil === undefined
      ? []
      : [
          `It answers plain HTTP for an emergency, which was to end ${new Date(fallbackUntil).toISOString().slice(0, 16)}Z: ` +
            `npm run https -- fallback ${plain(host)} --end.`,
        ];
  const certificate = verdict === "good" ? [] : [certificateLine(state, renewal)];
  return [name, ...certificate, ...fallback].join(" ");
}

function certificateLine(
  { verdict, daysLeft = 0, problems }: HostState,
  renewal: string | undefined,
): string {
  const said = problems.map((problem) => plain(problem).slice(0, MAX_PROBLEM_CHARACTERS)).join(" ");
  switch (verdict) {
    case "broken":
      return `is broken. ${said}`;
    case "unknown":
      return `could not be checked. ${said}`;
    default:
      return `${ends(daysLeft)}. ${renewal === undefined ? "Renew it and install it wherever the name is served." : plain(renewal).slice(0, MAX_PROBLEM_CHARACTERS)}`;
  }
}

function ends(days: number): string {
  if (days < 1) return "expires in less than a day";
  return `expires in ${days} day${days === 1 ? "" : "s"}`;
}

/**
 * A certificate's names are whatever a server says they are: no markup, no line of their own, and none that reads
 * backwards.
 */
function plain(text: string): string {
  return text.replaceAll(/[<>[\]`\p{C}\p{Zl}\p{Zp}]/gu, " ");
}
