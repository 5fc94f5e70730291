import { createServer } from "node:http";
import { LOOPBACK, listen, stop } from "../../cloud/listen.ts";
import { claim, type Service } from "../../cloud/service.ts";
import type { Cloud } from "../../cloud.ts";
import type { CertificateUser } from "../../ssl/certificate-user.ts";
import { credentialsOfRole } from "../../sts/role-credential.ts";
import { keysOf } from "../../sts/sts-listener.ts";
import type { EventShape } from "../entry/http-answer.ts";
import { triggerRequest } from "../trigger-request.ts";
import { scfCertificateUser } from "./certificate-user.ts";
import { SCF_DEFAULTS } from "./options.ts";
import { createScfListener } from "./scf-listener.ts";
import { ScfService } from "./scf-service.ts";

export interface ScfApiOptions {
  readonly port: number;
  readonly eventShape: EventShape;
  /** For each function. */
  readonly maxInstances: number;
  /** How long after a failure an asynchronous event is sent to the function again. */
  readonly retrySeconds: number;
}

export interface ScfApi extends Service {
  /** SCF_ENDPOINT: `http://127.0.0.1:<port>`. */
  readonly endpoint: string;
  /** Where the account's certificates are used on functions' custom domains. */
  readonly certificateUser: CertificateUser;
}

/** SCF's management API, and the functions that are deployed with it. */
export async function startScfApi(options: ScfApiOptions, cloud: Cloud): Promise<ScfApi> {
  const { account, bucket, credentials, clock, log, ownNames, requests } = cloud;
  const scf = new ScfService({
    ...SCF_DEFAULTS,
    account,
    region: bucket.region,
    findKey: keysOf({ account, store: credentials }),
    clock,
    log,
    roleCredential: (role) => credentialsOfRole(role, cloud),
    platformEnvironment: { NODE_EXTRA_CA_CERTS: ownNames.authority.caFile },
    maxInstances: options.maxInstances,
    retrySeconds: options.retrySeconds,
    objectEvents: cloud.objectEvents,
    eventShape: options.eventShape,
    onAttempt: (name, attempt) => requests.add(triggerRequest(name, attempt)),
    recorded: (listener) => requests.recorded("functions", listener),
  });
  let endpoint = "";
  const server = createServer(
    requests.recorded(
      "SCF",
      createScfListener(scf, () => endpoint),
    ),
  );
  const opened = await claim("SCF", options.port, () => listen(server, options.port));
  endpoint = `http://${LOOPBACK}:${opened}`;
  return {
    endpoint,
    certificateUser: scfCertificateUser(scf),
    describe: () => [["SCF", endpoint]],
    reset: () => scf.close(),
    stop: async () => {
      await stop(server);
      await scf.close();
    },
  };
}
