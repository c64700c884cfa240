import { jwtVerify } from "jose";
import { splitKeys, type Config } from "./config.js";

/**
 * The subject of a bearer token that one of the keys verifies, or undefined. Only HS256 counts, so "none" never does.
 * The keys are read each time: one that is added or taken away counts at once.
 */
export async function subject(header: string | undefined, jwt: Config["jwt"]): Promise<string | undefined> {
  const token = /^Bearer ([^\s]+)$/i.exec(header ?? "")?.[1];
  if (token === undefined) return undefined;
  for (const key of splitKeys(jwt.keys())) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: ["HS256"],
        issuer: jwt.issuer,
        audience: jwt.audience,
        requiredClaims: ["exp", "sub"],
      });
      return payload.sub || undefined;
    } catch {
      continue;
    }
  }
  return undefined;
}
