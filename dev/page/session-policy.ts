import type { Condition, CredentialStore, Policy } from "../../packages/cos-emulator/src/index.ts";
import type { SessionPolicyAnswer } from "./config.ts";

/** What a temporary key may do, as a CAM policy; undefined for an id that STS never issued. */
export function sessionPolicyOf(
  credentials: CredentialStore,
  secretId: string,
): SessionPolicyAnswer | undefined {
  const credential = credentials.find(secretId);
  if (credential === undefined) return undefined;
  const { rights, expiredTime } = credential;
  const [role, session = role] = rights;
  return { policy: written(session), expiredTime };
}

function written({ version, statements }: Policy): object {
  return {
    version,
    statement: statements.map(({ effect, actions, resources, conditions }) => ({
      effect,
      action: actions,
      resource: resources,
      ...(conditions.length > 0 && { condition: writtenConditions(conditions) }),
    })),
  };
}

function writtenConditions(conditions: readonly Condition[]): object {
  const operators = new Map<string, Map<string, unknown>>();
  for (const { operator, ifExist, key, values } of conditions) {
    const name = ifExist ? `${operator}_if_exist` : operator;
    const keys = operators.get(name) ?? new Map<string, unknown>();
    operators.set(name, keys.set(key, values.length === 1 ? values[0] : values));
  }
  return Object.fromEntries([...operators].map(([name, keys]) => [name, Object.fromEntries(keys)]));
}
