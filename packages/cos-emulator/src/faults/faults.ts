/** How STS misbehaves. */
const STS_FAULTS = [
  /** Answers after two seconds. */
  "slow",
  /** Accepts the request and never answers. */
  "hang",
  /** Cuts the connection. */
  "reset",
  /** Answers 200 with an HTML page, as a proxy may. */
  "html",
  /** Answers 500. */
  "500",
  /** Answers RequestLimitExceeded. */
  "throttled",
  /** Answers UnauthorizedOperation. */
  "denied",
  /** Issues credentials that have already expired. */
  "expired",
  /** Its clock is three hours behind everybody else's. */
  "clock",
] as const;

/** How COS misbehaves. */
const COS_FAULTS = [
  /** Answers 503 SlowDown. */
  "503",
  /** Answers after two seconds. */
  "slow",
  /** Cuts the connection in the middle of the upload. */
  "cut",
] as const;

/** How WeChat's server API misbehaves. */
const WECHAT_FAULTS = [
  /** Answers after two seconds. */
  "slow",
  /** Accepts the request and never answers. */
  "hang",
  /** Answers 200 with an HTML page. */
  "html",
  /** Answers errcode -1. */
  "busy",
  /** Answers errcode 44990: too many calls in this minute. */
  "throttled",
  /** Answers errcode 45009: too many calls today. */
  "quota",
  /** Accepts no access_token: errcode 42001. */
  "token",
  /** Finds every file risky. */
  "risky",
  /** Finds that a person should review every file. */
  "review",
  /** Passes files that it cannot fetch. */
  "blind",
  /** Never pushes the result of a check. */
  "never",
  /** Pushes each result of a check twice. */
  "twice",
] as const;

/** How SCF misbehaves. */
const FUNCTION_FAULTS = [
  /** Kills the instance in the middle of the request. */
  "kill",
  /** Freezes the instance as soon as it has answered, and thaws it when the next request arrives. */
  "freeze",
] as const;

export type StsFault = (typeof STS_FAULTS)[number];
export type CosFault = (typeof COS_FAULTS)[number];
export type WeChatFault = (typeof WECHAT_FAULTS)[number];
export type FunctionFault = (typeof FUNCTION_FAULTS)[number];

/** How each service misbehaves now; undefined for one that works. May be changed while everything runs. */
export interface Faults {
  sts: StsFault | undefined;
  cos: CosFault | undefined;
  wechat: WeChatFault | undefined;
  function: FunctionFault | undefined;
}

/** All faults, as `<service>=<fault>`. */
export const FAULT_NAMES: readonly string[] = [
  ...STS_FAULTS.map((fault) => `sts=${fault}`),
  ...COS_FAULTS.map((fault) => `cos=${fault}`),
  ...WECHAT_FAULTS.map((fault) => `wechat=${fault}`),
  ...FUNCTION_FAULTS.map((fault) => `function=${fault}`),
];

/** Every service works. */
export function noFaults(): Faults {
  return { sts: undefined, cos: undefined, wechat: undefined, function: undefined };
}

/**
 * Sets exactly these faults.
 *
 * @throws {TypeError} for a name that is not one of {@link FAULT_NAMES}; then nothing changes
 */
export function setFaults(faults: Faults, names: readonly string[]): void {
  const unknown = names.find((name) => !FAULT_NAMES.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(
      `${JSON.stringify(unknown)} is not a fault; the faults are ${FAULT_NAMES.join(", ")}.`,
    );
  }
  Object.assign(faults, noFaults());
  for (const name of names) setFault(faults, name);
}

/** Sets one fault by its name, `sts=hang`, or removes a service's, `sts=`. False for an unknown name. */
export function setFault(faults: Faults, name: string): boolean {
  const [service, fault = ""] = name.split("=", 2);
  const find = <T extends string>(all: readonly T[]) => all.find((item) => item === fault);
  if (fault !== "" && !FAULT_NAMES.includes(name)) return false;
  if (service === "sts") faults.sts = find(STS_FAULTS);
  else if (service === "cos") faults.cos = find(COS_FAULTS);
  else if (service === "wechat") faults.wechat = find(WECHAT_FAULTS);
  else if (service === "function") faults.function = find(FUNCTION_FAULTS);
  else return false;
  return true;
}
