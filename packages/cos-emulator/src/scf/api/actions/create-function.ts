import type { ApiAction } from "../../../cloud-api/listener.ts";
import { installPackage } from "../code-package.ts";
import { functionResource, passRole } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";
import {
  CONFIGURATION_PARAMETERS,
  checkPlace,
  checkType,
  NEW_FUNCTION,
  NOT_EMULATED,
  readConfiguration,
  readFunctionName,
  readHandler,
  readRuntime,
  requiredZip,
} from "../validate.ts";

/** https://cloud.tencent.com/document/api/583/18586 */
export function createFunction(scf: ScfService): ApiAction {
  return {
    parameters: new Set([
      "FunctionName",
      "Namespace",
      "Code",
      "Handler",
      "Runtime",
      "Type",
      ...CONFIGURATION_PARAMETERS,
    ]),
    notEmulated: NOT_EMULATED,
    resource: functionResource(scf),
    alsoNeeds: passRole(scf),
    async run({ parameters }) {
      const name = readFunctionName(parameters);
      checkPlace(parameters);
      checkType(parameters);
      const runtime = readRuntime(parameters);
      const handler = readHandler(parameters) ?? NEW_FUNCTION.handler;
      const given = readConfiguration(parameters);
      const zip = requiredZip(parameters);
      scf.checkRole(given.role);
      scf.checkFree(name);
      const code = await installPackage(zip);
      try {
        // Unpacking takes a moment, in which another call may have taken the name.
        scf.checkFree(name);
      } catch (error) {
        await code.remove();
        throw error;
      }
      const settings = {
        handler,
        memorySize: given.memorySize ?? NEW_FUNCTION.memorySize,
        timeout: given.timeout ?? NEW_FUNCTION.timeout,
        description: given.description ?? NEW_FUNCTION.description,
        role: given.role ?? NEW_FUNCTION.role,
        environment: given.environment ?? NEW_FUNCTION.environment,
      };
      scf.add({ name, runtime, settings, code });
      return {};
    },
  };
}
