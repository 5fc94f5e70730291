import type { Emulator } from "../emulator.ts";

/** One line of what is printed at the start. With an empty label, it belongs to the label above. */
export function welcomeLine(label: string, text: string): string {
  return `${label.padEnd(9)}  ${text}`;
}

/** Where everything is, for people. Shows no more of the account than the key's id. */
export function addresses(emulator: Emulator): readonly string[] {
  return [
    ...emulator.describe().map(([label, text]) => welcomeLine(label, text)),
    welcomeLine("requests", `${emulator.url}/_requests`),
    welcomeLine("data", emulator.dataDirectory),
    welcomeLine("account", `key ${emulator.account.secretId}`),
    welcomeLine("", `Mini Program ${emulator.miniProgram.appId}`),
    welcomeLine("", `the secrets are in ${emulator.accountFile}`),
    welcomeLine("CA", emulator.caFile),
  ];
}
