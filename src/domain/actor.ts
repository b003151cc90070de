import * as z from 'zod/mini';

/** Who did it and through which channel. The server sets it; a request body never carries one. */
export const Actor = z.object({
  type: z.enum(['user', 'token', 'adapter', 'system']),
  id: z.string(),
  name: z.string(),
  via: z.enum(['web', 'cli', 'api', 'adapter']),
});
export type Actor = z.infer<typeof Actor>;
export type Via = Actor['via'];
