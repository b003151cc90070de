import { defineConfig } from 'prisma/config';

const url = process.env.DATABASE_OWNER_URL || process.env.DATABASE_URL;

/** For the `prisma` command only: Pulse itself finds its database with `openDatabase` and migrates with `migrate`. */
export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url ? { datasource: { url } } : {}),
});
