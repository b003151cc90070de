export const dynamic = 'force-dynamic';

/** The process lives. */
export function GET(): Response {
  return Response.json({ healthy: true }, { headers: { 'cache-control': 'no-store' } });
}
