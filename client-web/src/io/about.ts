/** What the server says about itself. */
import type { About } from "../core/wire";
import { request } from "./http";

/** Returns the address of the operator's demo circle, if there is one. */
export async function demoLink(): Promise<string | undefined> {
  const reply = await request<About>("/api/about", {});
  const link = "ok" in reply ? reply.ok?.demo_url : undefined;
  return typeof link === "string" && /^https?:\/\//i.test(link) ? link : undefined;
}
