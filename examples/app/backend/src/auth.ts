import { jwtVerify } from "jose";
import type { Config } from "./config.js";

/** The subject of a valid bearer token, or undefined. Only HS256 counts, so "none" never does. */
export async function subject(header: string | undefined, jwt: Config["jwt"]): Promise<string | undefined> {
  const token = /^Bearer ([^\s]+)$/i.exec(header ?? "")?.[1];
  if (token === undefined) return undefined;
  try {
    const { payload } = await jwtVerify(token, jwt.secret, {
      algorithms: ["HS256"],
      issuer: jwt.issuer,
      audience: jwt.audience,
      requiredClaims: ["exp", "sub"],
    });
    return payload.sub || undefined;
  } catch {
    return undefined;
  }
}
