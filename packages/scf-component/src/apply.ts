import { cosTriggerDesc, type DeployedCosTrigger } from "./cos-trigger.ts";
import { DeployError } from "./errors.ts";
import { type DeployedFunction, observe } from "./observe.ts";
import { type FunctionChange, HANDLER, TIMER_NAME } from "./plan.ts";
import type { PackedFunction } from "./project.ts";
import { ApiRefusal, isStateError } from "./refusal.ts";
import type { Client } from "./scf-client.ts";
import { settled, type Tools, until } from "./wait.ts";

const URL_TRIGGER_NAME = "function-url";
/** How many times a change is tried while the function is not ready for it. */
const STATE_ATTEMPTS = 3;

/** Makes one change to a function, and waits until it has taken effect. @throws {DeployError | ApiRefusal} */
export async function apply(item: PackedFunction, change: FunctionChange, tools: Tools): Promise<void> {
  const { functionName } = item.spec;
  switch (change.kind) {
    case "create":
      return create(item, tools);
    case "recreate":
      await deleteFunction(functionName, tools);
      return create(item, tools);
    case "configure":
      await update(functionName, "UpdateFunctionConfiguration", tools, (client) =>
        client.UpdateFunctionConfiguration({ FunctionName: functionName, ...configuration(item) }),
      );
      return;
    case "code":
      await update(functionName, "UpdateFunctionCode", tools, (client) =>
        client.UpdateFunctionCode({
          FunctionName: functionName,
          Handler: HANDLER,
          Code: { ZipFile: item.code.zip.toString("base64") },
        }),
      );
      return;
    case "url":
      await update(functionName, "CreateTrigger", tools, (client) =>
        client.CreateTrigger({
          FunctionName: functionName,
          TriggerName: URL_TRIGGER_NAME,
          Type: "http",
          Qualifier: "$LATEST",
          Enable: "OPEN",
          TriggerDesc: JSON.stringify({
            AuthType: "NONE",
            NetConfig: { EnableExtranet: true, EnableIntranet: false },
          }),
        }),
      );
      return;
    case "timer":
      if (change.replaces) {
        await update(functionName, "DeleteTrigger", tools, (client) =>
          client.DeleteTrigger({ FunctionName: functionName, TriggerName: TIMER_NAME, Type: "timer" }),
        );
      }
      await update(functionName, "CreateTrigger", tools, (client) =>
        client.CreateTrigger({
          FunctionName: functionName,
          TriggerName: TIMER_NAME,
          Type: "timer",
          Qualifier: "$LATEST",
          Enable: "OPEN",
          TriggerDesc: change.cron,
        }),
      );
      return;
    case "no-cos":
      await update(functionName, "DeleteTrigger", tools, deleteCosTrigger(functionName, change.trigger));
      return;
    case "cos":
      await update(functionName, "CreateTrigger", tools, (client) =>
        client.CreateTrigger({
          FunctionName: functionName,
          TriggerName: change.trigger.name,
          Type: "cos",
          Qualifier: "$LATEST",
          Enable: "OPEN",
          TriggerDesc: cosTriggerDesc(change.trigger),
        }),
      );
  }
}

/** All triggers of a bucket have the same name, so the description tells which one to delete. */
function deleteCosTrigger(functionName: string, { name, desc }: DeployedCosTrigger) {
  return (client: Client) =>
    client.DeleteTrigger({ FunctionName: functionName, TriggerName: name, Type: "cos", TriggerDesc: desc });
}

async function create(item: PackedFunction, tools: Tools): Promise<void> {
  const { functionName, runtime } = item.spec;
  await tools.scf.write("CreateFunction", functionName, (client) =>
    client.CreateFunction({
      FunctionName: functionName,
      Type: "Event",
      Runtime: runtime,
      Handler: HANDLER,
      Code: { ZipFile: item.code.zip.toString("base64") },
      // Without it, a function reaches nothing on the internet.
      PublicNetConfig: { PublicNetStatus: "ENABLE", EipConfig: { EipStatus: "DISABLE" } },
      ...configuration(item),
    }),
  );
  await active("CreateFunction", functionName, tools);
}

function configuration({ spec }: PackedFunction) {
  return {
    MemorySize: spec.memorySize,
    Timeout: spec.timeout,
    Description: spec.description,
    Role: spec.role,
    Environment: { Variables: Object.entries(spec.environment).map(([Key, Value]) => ({ Key, Value })) },
  };
}

/** Changes a function, once it has finished any earlier change, and waits until it is Active again. */
async function update(
  functionName: string,
  action: string,
  tools: Tools,
  run: (client: Client) => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await settled(functionName, tools);
    try {
      await tools.scf.write(action, functionName, run);
      break;
    } catch (error) {
      if (!(error instanceof ApiRefusal) || !isStateError(error.code) || attempt === STATE_ATTEMPTS)
        throw error;
      await tools.pace.sleep(tools.pace.pollMs);
    }
  }
  await active(action, functionName, tools);
}

/** Waits until a function is Active. @throws {DeployError} when the change has failed */
async function active(action: string, functionName: string, tools: Tools): Promise<void> {
  const found = await settled(functionName, tools);
  if (found?.status === "Active") return;
  if (found === undefined)
    throw new DeployError(`${functionName} has disappeared after ${action}: run this again.`);
  throw new DeployError(failure(action, functionName, found, tools));
}

/** Why a change failed, by the platform's first reason, and what to do. */
function failure(
  action: string,
  functionName: string,
  { status, reasons }: DeployedFunction,
  { scf }: Tools,
): string {
  const [reason] = reasons;
  if (reason === undefined) return `${functionName} is ${status} after ${action}: run this again.`;
  return scf.explain({ action, about: functionName, requestId: "", ...reason });
}

/** Deletes a function and waits until it is gone. It is not an error if there is no such function. */
export async function deleteFunction(functionName: string, tools: Tools): Promise<void> {
  const found = await settled(functionName, tools);
  if (found === undefined) return;
  // We could not find out whether a bucket's trigger would outlive its function.
  for (const trigger of found.cosTriggers) {
    await update(functionName, "DeleteTrigger", tools, deleteCosTrigger(functionName, trigger));
  }
  await tools.scf.write("DeleteFunction", functionName, (client) =>
    client.DeleteFunction({ FunctionName: functionName }),
  );
  await until(
    functionName,
    () => "Deleting",
    async () => ((await observe(tools.scf, functionName)) === undefined ? true : undefined),
    tools,
  );
}

/** Waits for the address of a Function URL, which may take some seconds to appear. */
export function functionAddress(functionName: string, tools: Tools): Promise<string> {
  return until(
    functionName,
    () => "without its Function URL's address",
    async () => (await observe(tools.scf, functionName))?.functionUrl?.address,
    tools,
  );
}
