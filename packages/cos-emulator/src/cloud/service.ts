/** What a service is called in the log, in errors and by the flag of its port. */
export type ServiceName = "functions" | "COS" | "STS" | "WeChat" | "SCF" | "CDN" | "SSL" | "edge" | "DNS";

/**
 * One service of the emulated cloud. Its folder has a start.ts with one function, from the service's own options and
 * the cloud to this; a further service is a folder and a line in emulator.ts.
 */
export interface Service {
  /** Where it is and what it has, for people: such as `["COS", "http://127.0.0.1:9000"]`, a line each. */
  describe(): readonly (readonly [label: string, text: string])[];
  /** Forgets everything since the start. Requests that are under way may fail. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Thrown when a service cannot have its port. */
export class PortError extends Error {
  override readonly name = "PortError";
  readonly service: ServiceName;
  readonly port: number;

  constructor(service: ServiceName, port: number, code: string) {
    super(`Port ${port}, for ${service}, ${code === "EADDRINUSE" ? "is taken" : "may not be opened"}`);
    this.service = service;
    this.port = port;
  }
}

/** Runs `open`, and turns what the system says of a port that cannot be had into a {@link PortError}. */
export async function claim<T>(service: ServiceName, port: number, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const code = systemCode(error) ?? systemCode(error instanceof Error ? error.cause : undefined);
    if (code === "EADDRINUSE" || code === "EACCES") throw new PortError(service, port, code);
    throw error;
  }
}

function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}

/** What has been started, in this order. */
export class Running {
  readonly #services: Pick<Service, "stop">[] = [];
  #stopping: Promise<void> | undefined;

  async add<T extends Pick<Service, "stop">>(starting: Promise<T>): Promise<T> {
    const service = await starting;
    this.#services.push(service);
    return service;
  }

  /** Has something ended that is there already. */
  onStop(stop: () => Promise<void>): void {
    this.#services.push({ stop });
  }

  /** Stops each in the reverse order, whatever became of the others; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const service of this.#services.toReversed()) await service.stop().catch(() => undefined);
  }
}
