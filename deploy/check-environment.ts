import { type Environment, publishedSays } from "../shared/config.ts";
import { isPublished } from "../shared/published-secrets.ts";

/**
 * What `npm run deploy` refuses to put up, whatever the functions themselves say of it: the component is given this
 * module by serverless.yml, and asks it about each function's variables and about the key that deploys.
 *
 * @returns a sentence for each variable whose value everybody can read in this project
 */
export default function checkEnvironment(variables: Environment): string[] {
  return Object.entries(variables).flatMap(([name, value]) =>
    value !== undefined && isPublished(value) ? [publishedSays(name)] : [],
  );
}
