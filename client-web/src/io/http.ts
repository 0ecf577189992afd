/** The two requests the page makes besides its socket. */
import type { CircleMade, Door, NewCircle, Problem } from "../core/wire";

export type Reply<T> = { ok: T } | { problem: Problem } | { unreachable: true };

export function makeCircle(circle: NewCircle): Promise<Reply<CircleMade>> {
  const headers = { "content-type": "application/json" };
  return request<CircleMade>("/api/circles", { method: "POST", headers, body: JSON.stringify(circle) });
}

export function lookAtDoor(circle: string, entryKey: string): Promise<Reply<Door>> {
  return request<Door>(`/api/circles/${circle}`, { headers: { authorization: `Hearth ${entryKey}` } });
}

async function request<T>(path: string, init: RequestInit): Promise<Reply<T>> {
  try {
    const response = await fetch(path, { cache: "no-store", credentials: "omit", ...init });
    const body: unknown = await response.json();
    return response.ok ? { ok: body as T } : { problem: problemOf(body, response.status) };
  } catch {
    // No connection, or an answer that is not from this server (a proxy's error page, for one).
    return { unreachable: true };
  }
}

function problemOf(body: unknown, status: number): Problem {
  const { code, say } = (body ?? {}) as Partial<Problem>;
  return { code: code ?? String(status), say: say ?? "" };
}
