import { openEmbeddedServer } from '#server/db/embedded.ts';

// A process that uses the embedded server of a home from when it prints the URL until its stdin ends.
const server = await openEmbeddedServer({ home: process.argv[2] ?? '' });
console.log(server.url);
process.stdin.resume().on('end', () => server.close());
