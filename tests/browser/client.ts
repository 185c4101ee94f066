// A program of others as its author would write it: it compiles only while the description says what the API does.
import createClient from "openapi-fetch";
import type { paths } from "./api.generated.js";

export async function acceptFirst(site: string, token: string): Promise<string | undefined> {
  const client = createClient<paths>({ baseUrl: `${site}/api/v1`, headers: { authorization: `Bearer ${token}` } });
  const { data: page } = await client.GET("/cases", { params: { query: { whose: "held", procedure: "reconsideration" } } });
  const first = page?.items[0];
  if (!first) return undefined;
  const { data: one } = await client.GET("/cases/{id}", { params: { path: { id: first.id } } });
  const due: string | null | undefined = one?.must[0]?.last_day;
  const { data: done, error } = await client.POST("/cases/{id}/acts/{act}", {
    params: { path: { id: first.id, act: "accept" }, header: { "Idempotency-Key": `accept-${first.id}` } },
    body: { record: { self_review: false } },
  });
  if (error) return error.title;
  return `${done.case} ${done.number} ${due ?? ""}`;
}
