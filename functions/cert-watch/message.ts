import type { HostState } from "./look.ts";

/** The longest content of a WeCom bot's markdown is 4096 bytes of UTF-8 (developer.work.weixin.qq.com, path 91770). */
const MAX_BYTES = 4096;

/** Kept back for the last line. */
const MARGIN_BYTES = 96;

const MAX_PROBLEM_CHARACTERS = 360;

/** What is posted of these hosts: a heading and a quoted line each, as far as they fit. */
export function markdown(states: readonly HostState[]): string {
  let text = "**Certificates that need somebody**";
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
      return `${name} could not be looked at. ${said}`;
    default:
      return `${name} ${ends(daysLeft)}. Renew it, and install it everywhere the name is served.`;
  }
}

function ends(days: number): string {
  if (days < 1) return "ends in less than a day";
  return `ends in ${days} day${days === 1 ? "" : "s"}`;
}

/** A certificate's names are whatever a server says they are: no markup, no line of their own, and none that reads backwards. */
function plain(text: string): string {
  return text.replaceAll(/[<>[\]`\p{C}\p{Zl}\p{Zp}]/gu, " ");
}
