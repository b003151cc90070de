import { defineConfig } from 'prisma/config';

/** For the `prisma` command only: Pulse itself finds its database with `openDatabase` and migrates with `migrate`. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(process.env.DATABASE_URL ? { datasource: { url: process.env.DATABASE_URL } } : {}),
});
