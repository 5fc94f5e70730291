import { isIP } from "node:net";
import { EMULATED_BUCKET } from "../cloud/account.ts";
import { LOOPBACK } from "../cloud/listen.ts";

const { region } = EMULATED_BUCKET;

/** Every host that the emulator answers as, and shows a certificate of its own for. */
export const SERVER_NAMES: readonly string[] = [
  LOOPBACK,
  "::1",
  "localhost",
  `*.cos.${region}.myqcloud.com`,
  `*.cos.${region}.tencentcos.cn`,
];

/** A name of a certificate, by its kind. */
export function kindOf(name: string): "dns" | "ip" {
  return isIP(name) === 0 ? "dns" : "ip";
}
