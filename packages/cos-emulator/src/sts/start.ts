import { createServer } from "node:https";
import { LOOPBACK, listen, stop } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import { faultyClock, faultySts } from "./faults.ts";
import { DEFAULT_POLICY_MAX_BYTES } from "./options.ts";
import { createStsListener } from "./sts-listener.ts";

export interface Sts extends Service {
  /** `host:port`; https only. */
  readonly endpoint: string;
}

export interface StsServiceOptions {
  readonly port: number;
  /** Refuse session policies that the API's pages forbid, even if Tencent's own software sends them. */
  readonly strictPolicy: boolean;
}

export async function startSts({ port, strictPolicy }: StsServiceOptions, cloud: Cloud): Promise<Sts> {
  const { account, credentials, clock, faults, requests, roles, log } = cloud;
  const options = {
    account,
    store: credentials,
    clock: faultyClock(clock, faults),
    roles,
    policyMaxBytes: DEFAULT_POLICY_MAX_BYTES,
    ...(!strictPolicy && { onLeniency: (sentence: string) => log(`sts warning: ${sentence}`) }),
  };
  const server = createServer(
    cloud.tls,
    requests.recorded("STS", faultySts(createStsListener(options, log), faults)),
  );
  const opened = await claim("STS", port, () => listen(server, port));
  const endpoint = `${LOOPBACK}:${opened}`;
  return {
    endpoint,
    describe: () => [["STS", `https://${endpoint}`]],
    reset: async () => credentials.clear(),
    stop: () => stop(server),
  };
}
