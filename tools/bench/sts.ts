import { number, object } from "valibot";
import { issueServerCertificate, openCertificateAuthority } from "../../packages/cos-emulator/src/index.ts";
import { readAnswer, Worker } from "../lib/worker.ts";
import { subject } from "./processes.ts";

/** An STS on loopback, in its own process, so that its CPU time is not counted for anything else. */
export interface BenchSts {
  /** `127.0.0.1:<port>`, HTTPS. */
  readonly endpoint: string;
  /** For NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  /** How many calls it has answered. */
  answered(): Promise<number>;
  close(): Promise<void>;
}

const Hello = object({ port: number() });
const Answered = object({ answered: number() });

/** @param directory where to write the certificate of its authority */
export async function startSts(directory: string): Promise<BenchSts> {
  const authority = await openCertificateAuthority(directory, Date.now);
  const certificate = await issueServerCertificate(authority, ["127.0.0.1"], Date.now);
  const worker = await Worker.start(subject("sts-server.cjs"), [], {}, [], certificate);
  return {
    endpoint: `127.0.0.1:${readAnswer(Hello, worker.hello).port}`,
    caFile: authority.caFile,
    answered: async () => readAnswer(Answered, await worker.ask({})).answered,
    close: () => worker.close(),
  };
}
