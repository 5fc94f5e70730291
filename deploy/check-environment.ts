import { type Environment, publishedSays } from "../shared/config.ts";
import { isPublished } from "../shared/published-secrets.ts";
import { malformedProblems } from "./malformed.ts";
import { executionRoleProblem, togetherProblems } from "./settings-together.ts";

/**
 * What `npm run deploy` refuses to deploy, in addition to what the functions themselves refuse. serverless.yml names this
 * module, and the component calls it with each function's variables and with the deploying key.
 *
 * @param role the function's execution role; empty for none
 * @param deployer the variables of the person who deploys
 * @returns a sentence for each problem
 */
export default function checkEnvironment(
  variables: Environment,
  { role, deployer }: { readonly role: string; readonly deployer: Environment },
): string[] {
  const problems = [
    ...publishedProblems(variables),
    ...malformedProblems(variables),
    ...togetherProblems(deployer),
    ...publicUploadProblems(variables, deployer),
    ...roleProblems(variables, role),
  ];
  return [...new Set(problems)];
}

function publishedProblems(variables: Environment): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && isPublished(value) ? [publishedSays(name)] : [],
  );
}

function publicUploadProblems(variables: Environment, deployer: Environment): string[] {
  if (variables["UPLOAD_AUTH"] !== "none" || deployer["ALLOW_PUBLIC_UPLOADS"] === "yes") return [];
  return [
    "UPLOAD_AUTH=none lets anyone on the internet upload to the bucket, at your cost; if that is what you want, set ALLOW_PUBLIC_UPLOADS=yes.",
  ];
}

function roleProblems(variables: Environment, role: string): string[] {
  const problem = variables["COS_ROLE_ARN"] && executionRoleProblem("COS_ROLE_ARN", role);
  return problem ? [problem] : [];
}
