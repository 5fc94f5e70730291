import type { HostState } from "./look.ts";

/** The longest content of a WeCom bot's markdown is 4096 bytes of UTF-8 (developer.work.weixin.qq.com, path 91770). */
const MAX_BYTES = 4096;

/** Reserved for the last line. */
const MARGIN_BYTES = 96;

const MAX_PROBLEM_CHARACTERS = 360;

/** What is posted about these hosts: a heading, and as many quoted lines as fit, one per host. */
export function markdown(states: readonly HostState[]): string {
  let text = "**Certificates that need attention**";
  for (const [i, state] of states.entries()) {
    const next = `${text}\n> ${line(state)}`;
    if (Buffer.byteLength(next) > MAX_BYTES - MARGIN_BYTES) {
      return `${text}\n> and ${states.length - i} more; the function's log names them.`;
    }
    text = next;
  }
  return text;
}

function line({ host, verdict, daysLeft = 0, problems }: HostState): string {
  const name = `<font color="warning">${plain(host)}</font>`;
  const said = problems.map((problem) => plain(problem).slice(0, MAX_PROBLEM_CHARACTERS)).join(" ");
  switch (verdict) {
    case "broken":
      return `${name} is broken. ${said}`;
    case "unknown":
      return `${name} could not be checked. ${said}`;
    default:
      return `${name} ${ends(daysLeft)}. Renew it and install it wherever the name is served.`;
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
