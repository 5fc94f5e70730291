import { isIP } from "node:net";
import { EMULATED_BUCKET } from "../cloud/account.ts";
import { LOOPBACK } from "../cloud/listen.ts";

const { name, region } = EMULATED_BUCKET;

/**
 * Every host that the emulator answers as, and shows a certificate of its own for. No other bucket of the region is
 * among them: those are other people's.
 */
export const SERVER_NAMES: readonly string[] = [
  LOOPBACK,
  "::1",
  "localhost",
  `${name}.cos.${region}.myqcloud.com`,
  `${name}.cos.${region}.tencentcos.cn`,
];

/** A name of a certificate, by its kind. */
export function kindOf(name: string): "dns" | "ip" {
  return isIP(name) === 0 ? "dns" : "ip";
}
