import type { Finding } from "../../packages/tls-check/src/index.ts";
import { readBucket, readPermanentKey } from "../../shared/config.ts";
import { type BucketAccess, bucketOrigin } from "../lib/bucket-api.ts";
import type { ExitCode } from "../lib/command-line.ts";
import type { Consent } from "../lib/consent.ts";
import { report } from "../lib/findings.ts";
import { readNetwork } from "../lib/read-network.ts";
import { readSettings } from "../lib/settings.ts";
import { wrapText } from "../lib/wrap.ts";
import { type Action, actForProgram } from "./act.ts";
import { type Account, openAccount } from "./lib/account.ts";
import type { HttpsWorld } from "./world.ts";

/** The options that every command takes. */
export interface Flags {
  readonly endpoint?: URL;
  readonly ca?: string;
  readonly envFile?: string;
  readonly resolve?: ReadonlyMap<string, string>;
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly timeout: number;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** How long a command waits for the cloud, in seconds, unless --wait says otherwise. */
export const WAIT_SECONDS = 600;

/** One run of the command line: its options, the account and bucket that they name, and its exit code. */
export class Context {
  code: ExitCode = 0;
  readonly world: HttpsWorld;
  readonly #flags: () => Flags;

  constructor(world: HttpsWorld, flags: () => Flags) {
    this.world = world;
    this.#flags = flags;
  }

  get flags(): Flags {
    return this.#flags();
  }

  get consent(): Consent {
    const { yes = false, dryRun = false } = this.flags;
    return { yes, dryRun };
  }

  /** Reports findings, which decide the exit code. */
  tell(findings: readonly Finding[]): void {
    this.code = report(findings, this.flags.json, this.world);
  }

  /** Runs a command that may change something, and reports the outcome to a person or to a program. */
  async act(title: string, action: Action): Promise<void> {
    if (this.flags.json) {
      this.tell(await actForProgram({ id: "command", title }, action, this.world));
      return;
    }
    const findings = await action(wrapped(this.world));
    if (findings === undefined) return;
    this.world.write("\n");
    this.tell(findings);
  }

  /** @throws ConfigurationError, UsageError */
  async bucket(): Promise<BucketAccess> {
    const { flags, world } = this;
    const settings = await readSettings(world.env, flags.envFile);
    const bucket = readBucket(settings.env);
    return {
      bucket,
      key: readPermanentKey(settings.env),
      endpoint: flags.endpoint ?? bucketOrigin(bucket),
      network: await readNetwork(flags, settings, world),
      clock: world.clock,
    };
  }

  /** The bucket; undefined when the settings name none. @throws ConfigurationError, UsageError */
  async bucketIfSet(): Promise<BucketAccess | undefined> {
    const { env } = await readSettings(this.world.env, this.flags.envFile);
    return env["COS_BUCKET"] ? await this.bucket() : undefined;
  }

  /** @throws ConfigurationError, UsageError, EndpointError */
  async account(waitSeconds: number = WAIT_SECONDS): Promise<Account> {
    const { flags, world } = this;
    const settings = await readSettings(world.env, flags.envFile);
    return openAccount(
      readPermanentKey(settings.env),
      settings.env,
      {
        network: await readNetwork(flags, settings, world),
        clock: world.clock,
        httpsPort: flags.httpsPort,
        httpPort: flags.httpPort,
        waitSeconds,
      },
      world,
    );
  }
}

/** A world that breaks lines between words, so that they fit the terminal. */
function wrapped(world: HttpsWorld): HttpsWorld {
  return {
    ...world,
    write: (text) => world.write(wrapText(text, world.columns)),
    writeError: (text) => world.writeError(wrapText(text, world.columns)),
  };
}
